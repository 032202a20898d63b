namespace Syntha.Storage.Encryption;

/// <summary>
/// The key that encrypts users' data keys. It is kept elsewhere: outside, in a key ring of the platform. Thread-safe if its two functions
/// are.
/// </summary>
/// <param name="wrap">Encrypts a secret for a purpose.</param>
/// <param name="unwrap">
/// Decrypts it, for the same purpose alone. Throws <see cref="System.Security.Cryptography.CryptographicException"/> for anything else.
/// </param>
public sealed class MasterKey(Func<string, byte[], byte[]> wrap, Func<string, byte[], byte[]> unwrap)
{
    public byte[] Wrap(string purpose, byte[] secret) => wrap(purpose, secret);

    public byte[] Unwrap(string purpose, byte[] wrapped) => unwrap(purpose, wrapped);
}
