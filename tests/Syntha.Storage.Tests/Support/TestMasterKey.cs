using System.Security.Cryptography;
using System.Text;
using Syntha.Storage.Encryption;

namespace Syntha.Storage.Tests.Support;

/// <summary>A master key in place of the platform's key ring. It decrypts what it has encrypted, for the same purpose.</summary>
internal static class TestMasterKey
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public static MasterKey Create()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        return new((purpose, plain) => Wrap(secret, purpose, plain), (purpose, wrapped) => Unwrap(secret, purpose, wrapped));
    }

    private static byte[] Wrap(byte[] secret, string purpose, byte[] plain)
    {
        using var aes = new AesGcm(secret, TagBytes);
        var wrapped = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceBytes));
        aes.Encrypt(wrapped.AsSpan(
            0, NonceBytes), plain, wrapped.AsSpan(NonceBytes..^TagBytes), wrapped.AsSpan(^TagBytes..), Encoding.UTF8.GetBytes(purpose));
        return wrapped;
    }

    private static byte[] Unwrap(byte[] secret, string purpose, byte[] wrapped)
    {
        using var aes = new AesGcm(secret, TagBytes);
        var plain = new byte[wrapped.Length - NonceBytes - TagBytes];
        aes.Decrypt(wrapped.AsSpan(
            0, NonceBytes), wrapped.AsSpan(NonceBytes..^TagBytes), wrapped.AsSpan(^TagBytes..), plain, Encoding.UTF8.GetBytes(purpose));
        return plain;
    }
}
