namespace Syntha.Mesh.Tests.Support;

/// <summary>A glob as one would write it down at once: by trying every possibility. Exponential, and obviously right.</summary>
internal static class NaiveGlob
{
    public static bool IsMatch(string pattern, string text) => IsMatch(pattern.EnumerateRunes().ToArray(), text.EnumerateRunes().ToArray());

    private static bool IsMatch(ReadOnlySpan<Rune> pattern, ReadOnlySpan<Rune> text)
    {
        if (pattern.IsEmpty)
        {
            return text.IsEmpty;
        }

        if (pattern[0].Value == '*')
        {
            return IsMatch(pattern[1..], text) || (!text.IsEmpty && IsMatch(pattern, text[1..]));
        }

        if (text.IsEmpty)
        {
            return false;
        }

        if (pattern[0].Value == '[')
        {
            var (members, isNegated, length) = ReadClass(pattern);
            return members(text[0].Value) != isNegated && IsMatch(pattern[length..], text[1..]);
        }
        return (pattern[0].Value == '?' || pattern[0] == text[0]) && IsMatch(pattern[1..], text[1..]);
    }

    private static (Func<int, bool> Members, bool IsNegated, int Length) ReadClass(ReadOnlySpan<Rune> pattern)
    {
        var isNegated = pattern.Length > 1 && pattern[1].Value == '!';
        var start = isNegated ? 2 : 1;
        // The first character is a member in any case, so look for the end behind it.
        var end = start + 1;
        while (pattern[end].Value != ']')
        {
            end++;
        }

        var signs = pattern[start..end].ToArray().Select(rune => rune.Value).ToList();
        return (value => Holds(signs, value), isNegated, end + 1);
    }

    private static bool Holds(List<int> signs, int value)
    {
        if (signs.Count == 0)
        {
            return false;
        }

        if (signs.Count >= 3 && signs[1] == '-')
        {
            return (signs[0] <= value && value <= signs[2]) || Holds(signs[3..], value);
        }

        return signs[0] == value || Holds(signs[1..], value);
    }
}
