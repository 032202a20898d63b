using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;

namespace Syntha.Server.Mapping;

/// <summary>
/// A hash of a request's meaning. It tells a repeated command from another command with the same request id. The fields of a structured
/// value have no order, and the id may be spelt in several ways: neither counts. The hash has 96 bits. The first 32 bits are zero, so that
/// a store that encrypts the hash can find the right key again.
/// </summary>
internal static class ContentHash
{
    /// <param name="request">The request. Its structured values are put in order, and its id is spelt in the usual way.</param>
    /// <param name="id">The request's id.</param>
    public static UInt128 Of(V1.IRepeatableRequest request, Guid id)
    {
        request.RequestId = id.ToString();
        switch (request)
        {
            case V1.PushRequest push:
                StructuredValue.Order(push.Item?.Value);
                break;
            case V1.PushManyRequest many:
                foreach (var item in many.Items)
                {
                    StructuredValue.Order(item.Value);
                }

                break;
            case V1.CommitRequest commit:
                foreach (var operation in commit.Operations)
                {
                    StructuredValue.Order(operation.Push?.Value);
                }

                break;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(request.ToByteArray(), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash) >> 32;
    }
}
