using System.Text;

namespace Syntha.Mesh.Reading;

/// <summary>
/// A pattern for whole keys: <c>*</c> any run, <c>?</c> one character, <c>[a-z]</c> one of a class, <c>[!a-z]</c> one outside it. Works on
/// code points. The matcher keeps all places of the pattern that the text so far can have reached. So the time is linear in the text, also
/// with many stars. Immutable.
/// </summary>
public sealed class KeyGlob
{
    public const int MaxCharacters = 1024;

    private readonly List<Element> elements = [];

    // isStar[i]: the element at place i is a star, which can match no character.
    private readonly List<bool> isStar = [];

    private KeyGlob(string pattern) => Pattern = pattern;

    public string Pattern { get; }

    /// <summary>
    /// The most comparisons for one character of a text: one for each element, and in a class one for each range. Matching takes time in
    /// proportion to this and to the length of the text.
    /// </summary>
    public int Length { get; private set; }

    /// <exception cref="MeshException">FILTER_INVALID: too long, or a class is not closed or runs backwards.</exception>
    public static KeyGlob Parse(string pattern)
    {
        if (NameRule.HasLoneSurrogate(pattern))
        {
            throw Invalid("it contains a lone surrogate");
        }

        var runes = pattern.EnumerateRunes().ToArray();
        if (runes.Length > MaxCharacters)
        {
            throw MeshException.OverLimit(ErrorReason.FilterInvalid, "The glob is too long", MaxCharacters, runes.Length, "characters");
        }

        var glob = new KeyGlob(pattern);
        for (var at = 0; at < runes.Length; at++)
        {
            switch (runes[at].Value)
            {
                case '*':
                    if (glob.isStar.Count == 0 || !glob.isStar[^1])
                    {
                        glob.Add(new(IsNegated: true, []), star: true);
                    }

                    break;
                case '?':
                    glob.Add(new(IsNegated: true, []), star: false);
                    break;
                case '[':
                    glob.Add(ParseClass(runes, ref at), star: false);
                    break;
                default:
                    glob.Add(new(IsNegated: false, [(runes[at], runes[at])]), star: false);
                    break;
            }
        }
        return glob;
    }

    public bool IsMatch(string text)
    {
        // reached[i]: the elements before i can match the text so far.
        var reached = new bool[elements.Count + 1];
        var next = new bool[elements.Count + 1];
        reached[0] = true;
        LeaveStars(reached);
        foreach (var rune in text.EnumerateRunes())
        {
            Array.Clear(next);
            var isAlive = false;
            for (var place = 0; place < elements.Count; place++)
            {
                if (!reached[place] || !elements[place].Admits(rune))
                {
                    continue;
                }

                next[isStar[place] ? place : place + 1] = true;
                isAlive = true;
            }
            if (!isAlive)
            {
                return false;
            }

            LeaveStars(next);
            (reached, next) = (next, reached);
        }
        return reached[^1];
    }

    private void Add(Element element, bool star)
    {
        elements.Add(element);
        isStar.Add(star);
        Length += Math.Max(1, element.Ranges.Count);
    }

    private void LeaveStars(bool[] places)
    {
        for (var place = 0; place < elements.Count; place++)
        {
            if (places[place] && isStar[place])
            {
                places[place + 1] = true;
            }
        }
    }

    // A `]` at the beginning of the class is one of its characters, as in the shell. So is a `-` at either end.
    private static Element ParseClass(Rune[] runes, ref int at)
    {
        var place = at + 1;
        var isNegated = place < runes.Length && runes[place].Value == '!';
        if (isNegated)
        {
            place++;
        }

        var ranges = new List<(Rune From, Rune To)>();
        for (var first = place; ; place++)
        {
            if (place >= runes.Length)
            {
                throw Invalid("a class that begins with '[' is not closed; write [[] for the character itself");
            }

            if (runes[place].Value == ']' && place > first)
            {
                break;
            }

            var (from, to) = (runes[place], runes[place]);
            if (place + 2 < runes.Length && runes[place + 1].Value == '-' && runes[place + 2].Value != ']')
            {
                to = runes[place + 2];
                place += 2;
            }
            if (to < from)
            {
                throw Invalid($"the range {from}-{to} runs backwards");
            }

            ranges.Add((from, to));
        }
        at = place;
        return new(isNegated, ranges);
    }

    private static MeshException Invalid(string why) => new(ErrorReason.FilterInvalid, $"The glob cannot be understood: {why}.");

    private readonly record struct Element(bool IsNegated, List<(Rune From, Rune To)> Ranges)
    {
        public bool Admits(Rune rune)
        {
            foreach (var (from, to) in Ranges)
            {
                if (from <= rune && rune <= to)
                {
                    return !IsNegated;
                }
            }
            return IsNegated;
        }
    }
}
