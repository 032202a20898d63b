using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;

namespace Syntha.Server.Mapping;

/// <summary>
/// What tells a repeated command from another one under the same id: a hash of all that the request says, 96 bits of it. The first 32 bits are
/// zero, by which a store that keeps it encrypted tells its keys apart.
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
