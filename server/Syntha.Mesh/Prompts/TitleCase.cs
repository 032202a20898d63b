using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Syntha.Mesh.Prompts;

/// <summary>
/// Python's str.title: the first letter of each run of cased characters in title case, the others in lower case. The tables add what .NET's
/// invariant culture lacks of Unicode: SpecialCasing, and the property Cased beyond the categories of letters.
/// </summary>
internal static class TitleCase
{
    private const int CapitalSigma = 0x3a3;

    // A character and its title case, where that is not just its upper case.
    private const string Special =
        "\u0131I \u017fS \u00dfSs \u0149\u02bcN \u01c4\u01c5 \u01c5\u01c5 \u01c6\u01c5 \u01c7\u01c8 " +
        "\u01c8\u01c8 \u01c9\u01c8 \u01ca\u01cb " +
        "\u01cb\u01cb \u01cc\u01cb \u01f0J\u030c \u01f1\u01f2 \u01f2\u01f2 \u01f3\u01f2 \u0390\u0399\u0308\u0301 " +
        "\u03b0\u03a5\u0308\u0301 \u0587\u0535\u0582 \u1e96H\u0331 \u1e97T\u0308 \u1e98W\u030a \u1e99Y\u030a \u1e9aA\u02be " +
        "\u1f50\u03a5\u0313 \u1f52\u03a5\u0313\u0300 \u1f54\u03a5\u0313\u0301 \u1f56\u03a5\u0313\u0342 \u1fb2\u1fba\u0345 " +
        "\u1fb4\u0386\u0345 \u1fb6\u0391\u0342 \u1fb7\u0391\u0342\u0345 \u1fc2\u1fca\u0345 \u1fc4\u0389\u0345 " +
        "\u1fc6\u0397\u0342 \u1fc7\u0397\u0342\u0345 \u1fd2\u0399\u0308\u0300 \u1fd3\u0399\u0308\u0301 \u1fd6\u0399\u0342 " +
        "\u1fd7\u0399\u0308\u0342 \u1fe2\u03a5\u0308\u0300 \u1fe3\u03a5\u0308\u0301 \u1fe4\u03a1\u0313 \u1fe6\u03a5\u0342 " +
        "\u1fe7\u03a5\u0308\u0342 \u1ff2\u1ffa\u0345 \u1ff4\u038f\u0345 \u1ff6\u03a9\u0342 \u1ff7\u03a9\u0342\u0345 \ufb00Ff " +
        "\ufb01Fi \ufb02Fl \ufb03Ffi \ufb04Ffl \ufb05St \ufb06St \ufb13\u0544\u0576 \ufb14\u0544\u0565 \ufb15\u0544\u056b " +
        "\ufb16\u054e\u0576 \ufb17\u0544\u056d";

    private static readonly FrozenDictionary<int, string> SpecialTitles = Special.Split(' ')
        .Select(entry => (Rune: entry.EnumerateRunes().First(), Entry: entry))
        .ToFrozenDictionary(pair => pair.Rune.Value, pair => pair.Entry[pair.Rune.Utf16SequenceLength..]);

    // Cased characters beyond the categories Lu, Ll and Lt.
    private static readonly (int First, int Last)[] OtherCased =
    [
        (0xaa, 0xaa), (0xba, 0xba), (0x2b0, 0x2b8), (0x2c0, 0x2c1), (0x2e0, 0x2e4), (0x345, 0x345), (0x37a, 0x37a),
        (0x1d2c, 0x1d6a), (0x1d78, 0x1d78), (0x1d9b, 0x1dbf), (0x2071, 0x2071), (0x207f, 0x207f), (0x2090, 0x209c),
        (0x2160, 0x217f), (0x24b6, 0x24e9), (0x2c7c, 0x2c7d), (0xa69c, 0xa69d), (0xa770, 0xa770), (0xa7f8, 0xa7f9),
        (0xab5c, 0xab5f), (0x10780, 0x10780), (0x10783, 0x10785), (0x10787, 0x107b0), (0x107b2, 0x107ba),
        (0x1f130, 0x1f149), (0x1f150, 0x1f169), (0x1f170, 0x1f189),
    ];

    // Punctuation that does not end a word (Case_Ignorable), for the sigma at its end.
    private const string Ignorable =
        "'.:^`\u00a8\u00ad\u00af\u00b4\u00b7\u00b8\u2018" +
        "\u2019\u2024\u2027\u0387\u055f\u05f4\ufe13\ufe52\ufe55\uff07\uff0e\uff1a";

    public static string Of(string text) => Ascii.IsValid(text) ? string.Create(text.Length, text, FillAscii) : OfAny(text);

    // The same for ASCII, because almost all keys are ASCII.
    private static void FillAscii(Span<char> title, string text)
    {
        var isWithin = false;
        for (var at = 0; at < title.Length; at++)
        {
            var isLetter = char.IsAsciiLetter(text[at]);
            title[at] = !isLetter ? text[at] : isWithin ? char.ToLowerInvariant(text[at]) : char.ToUpperInvariant(text[at]);
            isWithin = isLetter;
        }
    }

    private static string OfAny(string text)
    {
        var title = new StringBuilder(text.Length);
        var isWithin = false;
        for (var at = 0; at < text.Length;)
        {
            var rune = Rune.GetRuneAt(text, at);
            at += rune.Utf16SequenceLength;
            if (!isWithin)
            {
                AppendTitle(title, rune);
            }
            else if (rune.Value == CapitalSigma)
            {
                title.Append(IsFollowedByCased(text, at) ? '\u03c3' : '\u03c2');
            }
            else if (rune.Value == 0x130)
            {
                title.Append("i\u0307");
            }
            else
            {
                title.Append(Rune.ToLowerInvariant(rune));
            }

            isWithin = IsCased(rune);
        }
        return title.ToString();
    }

    private static void AppendTitle(StringBuilder title, Rune rune)
    {
        if (SpecialTitles.TryGetValue(rune.Value, out var special))
        {
            title.Append(special);
        }
        else if (rune.Value is >= 0x10d0 and <= 0x10ff)
        {
            // Georgian uses capitals for whole words only.
            title.Append(rune);
        }
        else
        {
            title.Append(Rune.ToUpperInvariant(rune));
        }
    }

    private static bool IsFollowedByCased(string text, int at)
    {
        while (at < text.Length)
        {
            var rune = Rune.GetRuneAt(text, at);
            at += rune.Utf16SequenceLength;
            if (!IsIgnorable(rune))
            {
                return IsCased(rune);
            }
        }
        return false;
    }

    private static bool IsCased(Rune rune)
    {
        if (rune.IsAscii)
        {
            return char.IsAsciiLetter((char)rune.Value);
        }

        return Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter ||
            Array.Exists(OtherCased, range => rune.Value >= range.First && rune.Value <= range.Last);
    }

    private static bool IsIgnorable(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol || (rune.IsBmp && Ignorable.Contains((char)rune.Value));
}
