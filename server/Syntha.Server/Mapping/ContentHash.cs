using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;

namespace Syntha.Server.Mapping;

/// <summary>
/// A hash of a whole request. It tells a repeated command from another command with the same request id. It has 96 bits. The first 32 bits
/// are zero, so that a store that encrypts the hash can find the right key again.
/// </summary>
internal static class ContentHash
{
    public static UInt128 Of(IMessage request)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(request.ToByteArray(), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash) >> 32;
    }
}
