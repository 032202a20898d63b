using System.Text;

namespace Syntha.Mesh.Names;

/// <summary>
/// The rule that the names of keys, agents and topics share: any text without U+0000 and without lone surrogates, up to a number of bytes.
/// The room Names holds the ids of the domain, each parsed once at the edge. It uses Errors.
/// </summary>
internal static class NameRule
{
    public static void Check(string text, string what, int minBytes, int maxBytes, ErrorReason reason)
    {
        if (text.Length == 0 && minBytes > 0)
        {
            throw new MeshException(reason, $"The {what} is empty; give it a name of {minBytes} to {maxBytes} bytes.");
        }

        if (text.Length > maxBytes || (text.Length * 3 > maxBytes && Encoding.UTF8.GetByteCount(text) > maxBytes))
        {
            throw MeshException.OverLimit(reason, $"The {what} is too long", maxBytes, Encoding.UTF8.GetByteCount(text), "bytes");
        }

        if (text.Contains('\0') || HasLoneSurrogate(text))
        {
            throw new MeshException(reason, $"The {what} contains U+0000 or a lone surrogate; use plain Unicode text.");
        }
    }

    public static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAnyInRange('\ud800', '\udfff') is var at and >= 0)
        {
            if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return true;
            }

            text = text[(at + 2)..];
        }
        return false;
    }
}
