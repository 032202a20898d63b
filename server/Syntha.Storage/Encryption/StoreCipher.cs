using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Syntha.Storage.Encryption;

/// <summary>
/// Encrypts and decrypts one user's texts with AES-256-GCM, under keys that are derived from the data keys: one for each group of places.
/// User, place and subject are bound to each text, so it does not decrypt in another user's store, in another row or under another key. For
/// one thread at a time.
/// </summary>
/// <remarks>
/// The stored form is: a byte 1, with which no JSON text begins; the data key's number, 4 bytes; a random nonce, 12 bytes; then, encrypted,
/// the length of the first text in 4 bytes and both texts in UTF-8; a tag, 16 bytes.
/// </remarks>
internal sealed class StoreCipher(DataKeys keys) : IDisposable
{
    /// <summary>How many bytes the stored form is longer than its two texts.</summary>
    public const int Overhead = BeforeTexts + TagBytes;

    /// <summary>The same, for SQL.</summary>
    public const string OverheadText = "37";

    public const byte Format = 1;

    private const int NonceAt = 5;
    private const int NonceBytes = 12;
    private const int LengthAt = NonceAt + NonceBytes;
    private const int BeforeTexts = LengthAt + sizeof(int);
    private const int TagBytes = 16;
    private const int HashBytes = 16;

    // A place of the log is a revision and 24 bits of an index, and is written once under a data key. So 256 commands share a key, and have
    // at most 2^32 texts. The place of an outcome is its time in microseconds, so 71 minutes share a key.
    private const int GroupBits = 32;

    // Rows are mostly read in their order, a group after the other.
    private const int MaxCiphers = 64;

    private readonly byte[] user = Encoding.UTF8.GetBytes(keys.User.Value);
    private readonly Dictionary<(uint Key, long Group), AesGcm> ciphers = [];
    private ((uint Key, long Group) Name, AesGcm Aes)? latest;
    private Aes? hashes;

    public static int SizeOf(string text, string? more) =>
        Overhead + Encoding.UTF8.GetByteCount(text) + (more is null ? 0 : Encoding.UTF8.GetByteCount(more));

    /// <param name="target">Has the size that <see cref="SizeOf"/> returns.</param>
    /// <param name="place">The place of the row.</param>
    /// <param name="subject">The subject of the row.</param>
    /// <param name="text">The first text.</param>
    /// <param name="more">The second text. Null and empty are the same.</param>
    public void Seal(Span<byte> target, long place, string subject, string text, string? more)
    {
        target[0] = Format;
        BinaryPrimitives.WriteUInt32BigEndian(target[1..], keys.Newest.Id);
        var nonce = target.Slice(NonceAt, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        var content = target[LengthAt..^TagBytes];
        var length = Encoding.UTF8.GetBytes(text, content[sizeof(int)..]);
        BinaryPrimitives.WriteInt32BigEndian(content, length);
        Encoding.UTF8.GetBytes(more, content[(sizeof(int) + length)..]);
        var bound = Bind(target[..NonceAt], place, subject, out var boundLength);
        try
        {
            AesOf(keys.Newest, place).Encrypt(nonce, content, content, target[^TagBytes..], bound.AsSpan(0, boundLength));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bound);
        }
    }

    /// <exception cref="FormatException">It was not written for this user, place and subject, or it was changed.</exception>
    public (string Text, string? More) Open(ReadOnlySpan<byte> stored, long place, string subject)
    {
        if (stored.Length < Overhead || stored[0] != Format)
        {
            throw new FormatException("A row that should be encrypted is not.");
        }

        var aes = AesOf(keys.Get(BinaryPrimitives.ReadUInt32BigEndian(stored[1..])), place);
        var content = ArrayPool<byte>.Shared.Rent(stored.Length);
        var bound = Bind(stored[..NonceAt], place, subject, out var boundLength);
        var plain = content.AsSpan(0, stored.Length - LengthAt - TagBytes);
        try
        {
            aes.Decrypt(
                stored.Slice(NonceAt, NonceBytes), stored[LengthAt..^TagBytes], stored[^TagBytes..], plain, bound.AsSpan(0, boundLength));
            var length = BinaryPrimitives.ReadInt32BigEndian(plain);
            var texts = plain[sizeof(int)..];
            return (Encoding.UTF8.GetString(texts[..length]), length == texts.Length ? null : Encoding.UTF8.GetString(texts[length..]));
        }
        catch (CryptographicException other)
        {
            throw new FormatException("A row was changed, or was moved from elsewhere.", other);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
            ArrayPool<byte>.Shared.Return(content);
            ArrayPool<byte>.Shared.Return(bound);
        }
    }

    /// <summary>Encrypts again, in the same bytes, a text that is encrypted under an older key.</summary>
    /// <returns>False: it is encrypted under the newest key already.</returns>
    /// <exception cref="FormatException">As <see cref="Open"/>.</exception>
    public bool TryRenew(byte[] stored, long place, string subject)
    {
        if (stored.Length >= Overhead && BinaryPrimitives.ReadUInt32BigEndian(stored.AsSpan(1)) == keys.Newest.Id)
        {
            return false;
        }

        var (text, more) = Open(stored, place, subject);
        Seal(stored, place, subject, text, more);
        return true;
    }

    /// <summary>
    /// Encrypts the hash of a request's content, because the plain hash would confirm a guess of the content. It is one block, so rows do
    /// not become longer. The request's id makes two requests of the same content look different.
    /// </summary>
    /// <param name="hash">At most 96 bits.</param>
    /// <param name="request">The request's id.</param>
    public UInt128 SealHash(UInt128 hash, Guid request)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hash, UInt128.MaxValue >> 32);
        Span<byte> block = stackalloc byte[HashBytes];
        BinaryPrimitives.WriteUInt128BigEndian(block, hash ^ NumberOf(request));
        hashes ??= ForHashes(keys.Newest);
        hashes.EncryptEcb(block, block, PaddingMode.None);
        return BinaryPrimitives.ReadUInt128BigEndian(block);
    }

    /// <summary>
    /// Decrypts the hash of a request. The stored form names no key: the right key is the one under which the first 32 bits are zero.
    /// </summary>
    public UInt128 OpenHash(UInt128 stored, Guid request)
    {
        Span<byte> block = stackalloc byte[HashBytes];
        foreach (var key in keys.NewestFirst)
        {
            BinaryPrimitives.WriteUInt128BigEndian(block, stored);
            using var aes = ForHashes(key);
            aes.DecryptEcb(block, block, PaddingMode.None);
            var hash = BinaryPrimitives.ReadUInt128BigEndian(block) ^ NumberOf(request);
            if (hash >> 96 == 0)
            {
                return hash;
            }
        }
        // The hash was written in plain, before hashes were encrypted. A hash that was tampered with matches no request.
        return stored >> 32;
    }

    public void Dispose()
    {
        hashes?.Dispose();
        Forget();
    }

    private static Aes ForHashes(DataKey key)
    {
        var aes = Aes.Create();
        aes.Key = key.HashKey;
        return aes;
    }

    private static UInt128 NumberOf(Guid request)
    {
        Span<byte> bytes = stackalloc byte[HashBytes];
        request.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private AesGcm AesOf(DataKey key, long place)
    {
        var name = (key.Id, place >> GroupBits);
        if (latest is { } known && known.Name == name)
        {
            return known.Aes;
        }

        if (!ciphers.TryGetValue(name, out var aes))
        {
            if (ciphers.Count == MaxCiphers)
            {
                Forget();
            }

            ciphers.Add(name, aes = new(key.ForRows(name.Item2), TagBytes));
        }
        latest = (name, aes);
        return aes;
    }

    private void Forget()
    {
        foreach (var aes in ciphers.Values)
        {
            aes.Dispose();
        }

        ciphers.Clear();
        latest = null;
    }

    // The data that is authenticated besides the text: format and key, place, user and subject. No user id contains a zero.
    private byte[] Bind(ReadOnlySpan<byte> head, long place, string subject, out int length)
    {
        var bound = ArrayPool<byte>.Shared.Rent(NonceAt + sizeof(long) + user.Length + 1 + Encoding.UTF8.GetByteCount(subject));
        head.CopyTo(bound);
        BinaryPrimitives.WriteInt64BigEndian(bound.AsSpan(NonceAt), place);
        user.CopyTo(bound.AsSpan(NonceAt + sizeof(long)));
        length = NonceAt + sizeof(long) + user.Length;
        bound[length++] = 0;
        length += Encoding.UTF8.GetBytes(subject, bound.AsSpan(length));
        return bound;
    }
}
