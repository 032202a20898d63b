using System.Text;

namespace Syntha.Mesh.Reading;

/// <summary>
/// A pattern for whole keys: <c>*</c> any run, <c>?</c> one character, <c>[a-z]</c> one of a class, <c>[!a-z]</c> one outside it. Works on
/// code points. The matcher keeps all places of the pattern that the text so far can have reached, as bits, and moves them all at once for
/// each character. So the time is the length of the text times the words of 64 places, also with many stars. Immutable.
/// </summary>
public sealed class KeyGlob
{
    public const int MaxCharacters = 1024;

    private const int PlacesPerWord = 64;
    private const int Ascii = 128;

    // Bit i of the stars: the element at place i is a star, which can match no character. No two stars stand side by side.
    private readonly ulong[] stars;

    // The code points at which a group begins. No element tells the code points of a group apart.
    private readonly int[] groups;
    private readonly ushort[] asciiGroups = new ushort[Ascii];

    // Bit i of a group's mask: the element at place i admits its code points. Made when a text has the first of them.
    private readonly ulong[]?[] masks;
    private readonly Element[] elements;

    private KeyGlob(string pattern, List<Element> parsed)
    {
        (Pattern, elements) = (pattern, [.. parsed]);
        stars = MaskOf(static element => element.IsStar);
        groups = [.. parsed
            .SelectMany(static element => element.Ranges)
            .SelectMany(static range => new[] { range.From.Value, range.To.Value + 1 })
            .Append(0)
            .Distinct()
            .Order()];
        masks = new ulong[]?[groups.Length];
        for (var value = 0; value < Ascii; value++)
        {
            asciiGroups[value] = (ushort)FindGroup(value);
        }
    }

    public string Pattern { get; }

    /// <summary>
    /// The work of one character of a text, in steps: one for each 64 places of the pattern, and four for the character itself. Matching
    /// takes time in proportion to this and to the length of the text.
    /// </summary>
    public int StepsPerCharacter => stars.Length + 4;

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

        var elements = new List<Element>();
        for (var at = 0; at < runes.Length; at++)
        {
            switch (runes[at].Value)
            {
                case '*':
                    if (elements.Count == 0 || !elements[^1].IsStar)
                    {
                        elements.Add(new(IsNegated: true, [], IsStar: true));
                    }

                    break;
                case '?':
                    elements.Add(new(IsNegated: true, []));
                    break;
                case '[':
                    elements.Add(ParseClass(runes, ref at));
                    break;
                default:
                    elements.Add(new(IsNegated: false, [(runes[at], runes[at])]));
                    break;
            }
        }
        return new(pattern, elements);
    }

    public bool IsMatch(string text)
    {
        // Bit i: the elements before place i can match the text so far.
        Span<ulong> reached = stackalloc ulong[stars.Length];
        reached.Clear();
        reached[0] = 1 | ((stars[0] & 1) << 1);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!TryMove(reached, MaskOf(rune.Value)))
            {
                return false;
            }
        }
        return (reached[elements.Length / PlacesPerWord] >> (elements.Length % PlacesPerWord) & 1) != 0;
    }

    // A place whose element admits the character moves on, unless it is a star. A star that is reached may also match nothing.
    private bool TryMove(Span<ulong> reached, ulong[] admitting)
    {
        var (moved, left, alive) = (0UL, 0UL, 0UL);
        for (var word = 0; word < reached.Length; word++)
        {
            var admitted = reached[word] & admitting[word];
            var moving = admitted & ~stars[word];
            var next = (admitted & stars[word]) | (moving << 1) | moved;
            var leaving = next & stars[word];
            next |= (leaving << 1) | left;
            (moved, left) = (moving >> (PlacesPerWord - 1), leaving >> (PlacesPerWord - 1));
            reached[word] = next;
            alive |= next;
        }
        return alive != 0;
    }

    // Two threads may make the same mask; one of them is kept.
    private ulong[] MaskOf(int value)
    {
        var group = value < Ascii ? asciiGroups[value] : FindGroup(value);
        return Volatile.Read(ref masks[group]) ?? MakeMask(group);
    }

    private ulong[] MakeMask(int group)
    {
        var first = groups[group];
        var mask = MaskOf(element => element.Admits(first));
        Volatile.Write(ref masks[group], mask);
        return mask;
    }

    // One place more than there are elements: the end of the pattern.
    private ulong[] MaskOf(Func<Element, bool> holds)
    {
        var mask = new ulong[(elements.Length / PlacesPerWord) + 1];
        for (var place = 0; place < elements.Length; place++)
        {
            if (holds(elements[place]))
            {
                mask[place / PlacesPerWord] |= 1UL << (place % PlacesPerWord);
            }
        }
        return mask;
    }

    private int FindGroup(int value)
    {
        var found = Array.BinarySearch(groups, value);
        return found >= 0 ? found : ~found - 1;
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

    private readonly record struct Element(bool IsNegated, List<(Rune From, Rune To)> Ranges, bool IsStar = false)
    {
        public bool Admits(int value)
        {
            foreach (var (from, to) in Ranges)
            {
                if (from.Value <= value && value <= to.Value)
                {
                    return !IsNegated;
                }
            }
            return IsNegated;
        }
    }
}
