using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Syntha.Storage.Names;

/// <summary>
/// Names gives each user's store its name on disk and in a database; it uses nothing but user ids. The names of two users are never equal,
/// not even if case is ignored or names are cut after 63 bytes. A user id that is safe as a name stays readable. Every other id becomes
/// <c>~</c> and a hash of 160 bits.
/// </summary>
public readonly record struct StoreName
{
    /// <summary>Longer ids are hashed. So a prefix and the name fit into PostgreSQL's 63 bytes.</summary>
    private const int MaxPlainLength = 50;

    private const int HashBytes = 20;

    // RFC 4648 in lower case, so case does not matter.
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";

    private static readonly SearchValues<char> First = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    private static readonly SearchValues<char> Safe = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    private StoreName(string value) => Value = value;

    public string Value { get; }

    public static StoreName Of(UserId user) => new(IsPlain(user.Value) ? user.Value : Hash(user.Value));

    public override string ToString() => Value;

    private static bool IsPlain(string id) =>
        id.Length is > 0 and <= MaxPlainLength && First.Contains(id[0]) && !id.AsSpan().ContainsAnyExcept(Safe) &&
        !ReservedNames.Contain(id);

    private static string Hash(string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);

        var name = new StringBuilder("~", 1 + (HashBytes * 8 / 5));
        for (var bit = 0; bit < HashBytes * 8; bit += 5)
        {
            // Five bits from a window of two bytes. SHA-256 has more bytes than are used here, so the window always has its second byte.
            var window = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
            name.Append(Base32[(window >> (11 - (bit % 8))) & 31]);
        }
        return name.ToString();
    }
}
