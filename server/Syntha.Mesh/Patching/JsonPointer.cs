using Syntha.Mesh.Values;

namespace Syntha.Mesh.Patching;

/// <summary>A place in a JSON value (RFC 6901). Immutable.</summary>
/// <param name="Text">The text that it came from.</param>
/// <param name="Tokens">Names of members and indexes of lists, from the root on. None: the whole value.</param>
public sealed record JsonPointer(string Text, ImmutableArray<string> Tokens)
{
    private const int MaxLengthTold = 200;

    // A value nests no deeper, so a longer pointer leads nowhere.
    private const int MaxTokens = JsonText.MaxDepth;

    public static JsonPointer Root { get; } = new("", []);

    public bool IsRoot => Tokens.IsEmpty;

    public string Last => Tokens[^1];

    /// <summary>The text as a refusal tells it.</summary>
    internal string Shortened => Text.Length <= MaxLengthTold ? Text : string.Concat(Text.AsSpan(0, MaxLengthTold), "…");

    /// <exception cref="MeshException">PATCH_INVALID.</exception>
    public static JsonPointer Parse(string text)
    {
        if (text.Length == 0)
        {
            return Root;
        }

        if (text[0] != '/')
        {
            throw PatchFault.Invalid("a pointer is empty, or begins with '/'");
        }

        return text.AsSpan().Count('/') <= MaxTokens
            ? new(text, [.. text[1..].Split('/').Select(Unescaped)])
            : throw PatchFault.Invalid("a pointer has more parts than a value has levels");
    }

    /// <summary>Whether it names a place within the place that another one names.</summary>
    public bool IsWithin(JsonPointer other) =>
        Tokens.Length > other.Tokens.Length && Tokens.AsSpan(0, other.Tokens.Length).SequenceEqual(other.Tokens.AsSpan());

    public bool Equals(JsonPointer? other) => Text == other?.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    private static string Unescaped(string token)
    {
        if (!token.Contains('~', StringComparison.Ordinal))
        {
            return token;
        }

        for (var at = token.IndexOf('~', StringComparison.Ordinal); at >= 0; at = token.IndexOf('~', at + 1))
        {
            if (at + 1 == token.Length || token[at + 1] is not ('0' or '1'))
            {
                throw PatchFault.Invalid("in a pointer '~' is followed by '0' or '1'");
            }
        }

        return token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
    }
}
