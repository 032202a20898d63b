using System.Buffers.Binary;
using System.Globalization;

namespace Syntha.Storage.Encryption;

/// <summary>The hash of a request's content, in the forms in which tables hold it and the request's id.</summary>
internal static class RequestHash
{
    /// <param name="hash">The stored hash, 16 bytes.</param>
    /// <param name="request">The request's id, 16 bytes.</param>
    /// <param name="former">Null: the hash is plain.</param>
    /// <param name="cipher">Encrypts the hash under its newest key.</param>
    public static byte[] Renewed(byte[] hash, byte[] request, StoreCipher? former, StoreCipher cipher)
    {
        var renewed = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(
            renewed, Renewed(BinaryPrimitives.ReadUInt128BigEndian(hash), new Guid(request, bigEndian: true), former, cipher));
        return renewed;
    }

    /// <summary>The same in hexadecimal digits, as <see cref="Write"/> writes them.</summary>
    public static string? Renewed(string? hash, string? request, StoreCipher? former, StoreCipher cipher) =>
        hash is null || request is null
            ? hash
            : Digits(Renewed(Number(hash), Guid.Parse(request, CultureInfo.InvariantCulture), former, cipher));

    public static UInt128 Renewed(UInt128 hash, Guid request, StoreCipher? former, StoreCipher cipher) =>
        cipher.SealHash(Open(hash, request, former), request);

    /// <summary>The hash itself.</summary>
    /// <param name="hash">The stored hash.</param>
    /// <param name="request">The request's id.</param>
    /// <param name="cipher">Null: it is plain.</param>
    public static UInt128 Open(UInt128 hash, Guid request, StoreCipher? cipher) => Cut(cipher?.OpenHash(hash, request) ?? hash);

    public static string Write(UInt128 hash, Guid request, StoreCipher? cipher) => Digits(cipher?.SealHash(hash, request) ?? hash);

    public static UInt128 Read(string? digits, Guid request, StoreCipher? cipher) => Open(Number(digits ?? "0"), request, cipher);

    // A longer hash was written when all 128 bits were kept.
    private static UInt128 Cut(UInt128 hash) => hash >> 96 == 0 ? hash : hash >> 32;

    private static string Digits(UInt128 hash) => hash.ToString("x32", CultureInfo.InvariantCulture);

    private static UInt128 Number(string digits) => UInt128.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
