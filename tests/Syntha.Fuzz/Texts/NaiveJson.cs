using System.Globalization;

namespace Syntha.Fuzz.Texts;

/// <summary>
/// JSON as RFC 8259 writes it down, read sign by sign, with the limits that the contract adds: each name once, no number beyond a double,
/// no half of a surrogate pair.
/// </summary>
internal sealed class NaiveJson
{
    private readonly string text;
    private readonly int maxDepth;
    private int at;

    private NaiveJson(string text, int maxDepth) => (this.text, this.maxDepth) = (text, maxDepth);

    private char Next => at < text.Length ? text[at] : '\0';

    public static bool IsValid(string text, int maxDepth)
    {
        var reader = new NaiveJson(text, maxDepth);
        return reader.TryValue(0) && reader.at == text.Length;
    }

    private bool TryValue(int depth)
    {
        SkipSpace();
        var isValue = Next switch
        {
            '{' => depth < maxDepth && TryObject(depth + 1),
            '[' => depth < maxDepth && TryArray(depth + 1),
            '"' => TryString(out _),
            't' => TryWord("true"),
            'f' => TryWord("false"),
            'n' => TryWord("null"),
            _ => TryNumber(),
        };
        SkipSpace();
        return isValue;
    }

    private bool TryObject(int depth)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        at++;
        SkipSpace();
        if (TrySign('}'))
        {
            return true;
        }

        do
        {
            SkipSpace();
            if (!TryString(out var name) || !names.Add(name))
            {
                return false;
            }

            SkipSpace();
            if (!TrySign(':') || !TryValue(depth))
            {
                return false;
            }
        }
        while (TrySign(','));
        return TrySign('}');
    }

    private bool TryArray(int depth)
    {
        at++;
        SkipSpace();
        if (TrySign(']'))
        {
            return true;
        }

        do
        {
            if (!TryValue(depth))
            {
                return false;
            }
        }
        while (TrySign(','));
        return TrySign(']');
    }

    private bool TryString(out string value)
    {
        var read = new StringBuilder();
        value = "";
        if (!TrySign('"'))
        {
            return false;
        }

        while (at < text.Length && text[at] is >= ' ' and not '"')
        {
            if (text[at] != '\\')
            {
                read.Append(text[at++]);
            }
            else if (!TryEscape(read))
            {
                return false;
            }
        }
        if (!TrySign('"'))
        {
            return false;
        }

        value = read.ToString();
        return !HasHalfAPair(value);
    }

    private bool TryEscape(StringBuilder read)
    {
        at++;
        var sign = Next;
        at++;
        if (sign == 'u')
        {
            if (at + 4 > text.Length || !text.AsSpan(at, 4).ToString().All(char.IsAsciiHexDigit))
            {
                return false;
            }

            read.Append((char)ushort.Parse(text.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            at += 4;
            return true;
        }

        var index = "\"\\/bfnrt".IndexOf(sign, StringComparison.Ordinal);
        if (index < 0)
        {
            return false;
        }

        read.Append("\"\\/\b\f\n\r\t"[index]);
        return true;
    }

    private bool TryNumber()
    {
        var from = at;
        _ = TrySign('-');
        if (!TrySign('0') && !TryDigits())
        {
            return false;
        }

        if (TrySign('.') && !TryDigits())
        {
            return false;
        }

        if (Next is 'e' or 'E')
        {
            at++;
            _ = TrySign('+') || TrySign('-');
            if (!TryDigits())
            {
                return false;
            }
        }
        return double.IsFinite(double.Parse(text.AsSpan(from, at - from), NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    private bool TryDigits()
    {
        var from = at;
        while (char.IsAsciiDigit(Next))
        {
            at++;
        }

        return at > from;
    }

    private bool TryWord(string word)
    {
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
        {
            return false;
        }

        at += word.Length;
        return true;
    }

    private bool TrySign(char sign)
    {
        if (at == text.Length || text[at] != sign)
        {
            return false;
        }

        at++;
        return true;
    }

    private void SkipSpace()
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\r' or '\n')
        {
            at++;
        }
    }

    private static bool HasHalfAPair(string value)
    {
        for (var index = 0; index < value.Length; index++)
        {
            if (char.IsHighSurrogate(value[index]) && index + 1 < value.Length && char.IsLowSurrogate(value[index + 1]))
            {
                index++;
            }
            else if (char.IsSurrogate(value[index]))
            {
                return true;
            }
        }
        return false;
    }
}
