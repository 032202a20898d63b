using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace Syntha.Storage.Encryption;

/// <summary>One of a user's data keys, both as it is used and as it is stored. Immutable; thread-safe.</summary>
internal sealed class DataKey
{
    private const int Bytes = 32;

    private static readonly byte[] RowsPurpose = "rows"u8.ToArray();

    private readonly string wrapped;

    private DataKey(uint id, byte[] secret, string wrapped)
    {
        (Id, Secret, this.wrapped) = (id, secret, wrapped);
        HashKey = HKDF.Expand(HashAlgorithmName.SHA256, secret, Bytes, "request hash"u8.ToArray());
    }

    /// <summary>Each encrypted row names its key by this number. A later key has a higher number.</summary>
    public uint Id { get; }

    /// <summary>The key itself: 256 bits.</summary>
    public byte[] Secret { get; }

    /// <summary>The key that encrypts the hashes of requests. It is another one, because no key should serve two ciphers.</summary>
    public byte[] HashKey { get; }

    /// <summary>
    /// The key that encrypts a group of rows. AES-GCM with random nonces is safe for 2^32 texts under one key. No group has more. So a data
    /// key needs no count of its texts, which any number of nodes would have to share, and no rotation for their number.
    /// </summary>
    public byte[] ForRows(long group)
    {
        Span<byte> info = stackalloc byte[RowsPurpose.Length + sizeof(long)];
        RowsPurpose.CopyTo(info);
        BinaryPrimitives.WriteInt64BigEndian(info[RowsPurpose.Length..], group);
        var key = new byte[Bytes];
        HKDF.Expand(HashAlgorithmName.SHA256, Secret, key, info);
        return key;
    }

    /// <summary>The key as the user's store holds it: its number, and the secret encrypted under the master key.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Id}:{wrapped}");

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
            return secret.Length == Bytes ? new(id, secret, wrapped) : throw new FormatException("A data key does not have 256 bits.");
        }
        catch (CryptographicException foreign)
        {
            throw new FormatException("A data key was not encrypted for this user by this master key.", foreign);
        }
    }

    /// <summary>The same key, encrypted under today's master key.</summary>
    public DataKey WrapAnew(MasterKey master, UserId user) => Wrap(master, user, Id, Secret);

    private static DataKey Wrap(MasterKey master, UserId user, uint id, byte[] secret) =>
        new(id, secret, Base64Url.EncodeToString(master.Wrap(PurposeOf(user), secret)));

    private static string PurposeOf(UserId user) => $"data key of {user.Value}";
}
