using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Syntha.Server.Credentials;

/// <summary>
/// The text of an API key: <c>syntha_ID_SECRET</c>. The id is for people, and for finding the key. The secret is 256 random bits. The whole
/// text is hashed. A slow hash would add no protection to so many random bits.
/// </summary>
internal readonly record struct ApiKeyText
{
    public const string Prefix = "syntha_";

    /// <summary>The id of the key in the configuration.</summary>
    public const string OperatorId = "operator";

    public const int HashBytes = SHA256.HashSizeInBytes;

    private const int SecretBytes = 32;
    private const int SecretLength = 43;
    private const int IdLength = 12;
    private const int MaxIdLength = 32;

    private const string IdLetters = "abcdefghijkmnpqrstuvwxyz23456789";

    private ApiKeyText(string text, string id) => (Text, Id) = (text, id);

    public string Text { get; }

    public string Id { get; }

    /// <param name="id">Null: a random id.</param>
    public static ApiKeyText Create(string? id = null)
    {
        id ??= RandomNumberGenerator.GetString(IdLetters, IdLength);
        Span<byte> secret = stackalloc byte[SecretBytes];
        RandomNumberGenerator.Fill(secret);
        return new($"{Prefix}{id}_{Base64Url.EncodeToString(secret)}", id);
    }

    /// <summary>Whether a text has the form of a key. The key need not exist.</summary>
    public static bool TryParse(string text, out ApiKeyText key)
    {
        key = default;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var end = text.IndexOf('_', Prefix.Length);
        if (end <= Prefix.Length || end - Prefix.Length > MaxIdLength || text.Length != end + 1 + SecretLength)
        {
            return false;
        }

        key = new(text, text[Prefix.Length..end]);
        return true;
    }

    public byte[] Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    public override string ToString() => $"{Prefix}{Id}_…";
}
