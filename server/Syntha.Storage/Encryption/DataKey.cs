using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace Syntha.Storage.Encryption;

/// <summary>One of a user's keys, as it is used and as it is kept. Immutable.</summary>
/// <param name="Id">By which a row says under which key it was encrypted; a later key has a higher one.</param>
/// <param name="Secret">The key itself: 256 bits.</param>
/// <param name="Wrapped">The key under the master key.</param>
internal sealed record DataKey(uint Id, byte[] Secret, string Wrapped)
{
    private const int Bytes = 32;

    private byte[]? hashKey;

    /// <summary>Under which hashes of requests stand, because no key should serve two ciphers.</summary>
    public byte[] HashKey => hashKey ??= HKDF.Expand(HashAlgorithmName.SHA256, Secret, Bytes, "request hash"u8.ToArray());

    /// <summary>How it stands in the user's store.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Id}:{Wrapped}");

    public static DataKey Create(MasterKey master, UserId user, uint id) => Wrap(master, user, id, RandomNumberGenerator.GetBytes(Bytes));

    /// <exception cref="FormatException">This is no key of this user's under this master key.</exception>
    public static DataKey Read(MasterKey master, UserId user, string text)
    {
        var (id, wrapped) = text.IndexOf(':', StringComparison.Ordinal) is var colon and > 0
            ? (uint.Parse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture), text[(colon + 1)..])
            : throw new FormatException("A data key has no number.");
        try
        {
            var secret = master.Unwrap(PurposeOf(user), Base64Url.DecodeFromChars(wrapped));
            return secret.Length == Bytes ? new(id, secret, wrapped) : throw new FormatException("A data key has another length.");
        }
        catch (CryptographicException foreign)
        {
            throw new FormatException("A data key was not wrapped for this user by this master key.", foreign);
        }
    }

    /// <summary>The same key under the master key of today.</summary>
    public DataKey WrapAnew(MasterKey master, UserId user) => Wrap(master, user, Id, Secret);

    private static DataKey Wrap(MasterKey master, UserId user, uint id, byte[] secret) =>
        new(id, secret, Base64Url.EncodeToString(master.Wrap(PurposeOf(user), secret)));

    private static string PurposeOf(UserId user) => $"data key of {user.Value}";
}
