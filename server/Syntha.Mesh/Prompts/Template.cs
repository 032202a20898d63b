using System.Buffers;

namespace Syntha.Mesh.Prompts;

/// <summary>
/// A template as a list of literal texts and placeholders, parsed once, in linear time. A template that Python's str.format accepts is read
/// as Python reads it. In any other, braces that are not a placeholder stand for themselves. Immutable.
/// </summary>
internal sealed class Template
{
    private static readonly SearchValues<char> Braces = SearchValues.Create("{}");

    private Template(List<Part> parts) => Parts = parts;

    public IReadOnlyList<Part> Parts { get; }

    /// <param name="text">The template.</param>
    /// <param name="isPlaceholder">Whether a name is a placeholder.</param>
    /// <param name="refusesUnknown">
    /// Whether another name in braces is refused. It would be printed although it was meant to be filled.
    /// </param>
    /// <exception cref="MeshException">TEMPLATE_INVALID names the placeholder.</exception>
    public static Template Parse(string text, Func<string, bool> isPlaceholder, bool refusesUnknown = false)
    {
        if (refusesUnknown && FindUnknown(text, isPlaceholder) is { } unknown)
        {
            throw new MeshException(
                ErrorReason.TemplateInvalid, $"The template has the placeholder '{{{unknown}}}', which is not one of the keys.")
            {
                Field = "template",
                Metadata = { ["placeholder"] = unknown },
            };
        }
        return new(FindAsPython(text, isPlaceholder) ?? Tolerant(text, isPlaceholder));
    }

    /// <summary>A text with one placeholder. All else is literal, also doubled braces.</summary>
    public static Template Replacing(string text, string placeholder) => new(Tolerant(text, name => name == placeholder));

    // Null: Python would refuse the template.
    private static List<Part>? FindAsPython(string text, Func<string, bool> isPlaceholder)
    {
        var parts = new PartList();
        for (var at = 0; at < text.Length;)
        {
            var brace = text.AsSpan(at).IndexOfAny(Braces);
            if (brace < 0)
            {
                break;
            }

            parts.AddText(text.AsSpan(at, brace));
            at += brace;
            if (at + 1 < text.Length && text[at + 1] == text[at])
            {
                parts.AddText(text.AsSpan(at, 1));
                at += 2;
            }
            else if (NameAt(text, at) is { } name && isPlaceholder(name))
            {
                parts.AddPlaceholder(name);
                at += name.Length + 2;
            }
            else
            {
                return null;
            }
            parts.Reached(at);
        }
        parts.AddText(text.AsSpan(parts.End));
        return parts.Done();
    }

    private static List<Part> Tolerant(string text, Func<string, bool> isPlaceholder)
    {
        var parts = new PartList();
        var literalFrom = 0;
        for (var at = text.IndexOf('{'); at >= 0; at = NextOpening(text, at))
        {
            if (NameAt(text, at) is not { } name || !isPlaceholder(name))
            {
                continue;
            }

            parts.AddText(text.AsSpan(literalFrom, at - literalFrom));
            parts.AddPlaceholder(name);
            literalFrom = at + name.Length + 2;
        }
        parts.AddText(text.AsSpan(literalFrom));
        return parts.Done();
    }

    private static string? FindUnknown(string text, Func<string, bool> isPlaceholder)
    {
        for (var at = text.IndexOf('{'); at >= 0; at = NextOpening(text, at))
        {
            // A doubled brace is the text of one brace. Of three braces, the last one may open a placeholder.
            if (at + 1 < text.Length && text[at + 1] == '{')
            {
                at++;
                continue;
            }
            if (NameAt(text, at) is { } name && IsName(name) && !isPlaceholder(name))
            {
                return name;
            }
        }
        return null;
    }

    private static int NextOpening(string text, int at) => text.IndexOf('{', at + 1);

    // The text between this brace and the next one, if that one closes. Each pass over the template looks at a character once.
    private static string? NameAt(string text, int at)
    {
        if (text[at] != '{')
        {
            return null;
        }

        var length = text.AsSpan(at + 1).IndexOfAny(Braces);
        return length >= 0 && text[at + 1 + length] == '}' ? text.Substring(at + 1, length) : null;
    }

    private static bool IsName(string text) =>
        text.Length > 0 && (char.IsLetter(text[0]) || text[0] == '_') &&
        text.All(sign => char.IsLetterOrDigit(sign) || sign is '_' or '-' or '.');

    /// <param name="Text">A literal text, or the name of a placeholder.</param>
    /// <param name="IsPlaceholder">Whether it is a placeholder.</param>
    internal readonly record struct Part(string Text, bool IsPlaceholder);

    private sealed class PartList
    {
        private readonly List<Part> parts = [];
        private readonly System.Text.StringBuilder literal = new();

        public int End { get; private set; }

        public void Reached(int end) => End = end;

        public void AddText(ReadOnlySpan<char> text) => literal.Append(text);

        public void AddPlaceholder(string name)
        {
            Flush();
            parts.Add(new(name, IsPlaceholder: true));
        }

        public List<Part> Done()
        {
            Flush();
            return parts;
        }

        private void Flush()
        {
            if (literal.Length == 0)
            {
                return;
            }

            parts.Add(new(literal.ToString(), IsPlaceholder: false));
            literal.Clear();
        }
    }
}
