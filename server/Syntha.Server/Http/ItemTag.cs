using System.Globalization;

namespace Syntha.Server.Http;

/// <summary>
/// Positions as texts of HTTP: the ETag of an item, and the id of an event. They name the epoch as well, because in another life of the
/// store the same revision is another item.
/// </summary>
internal static class ItemTag
{
    /// <summary>Such as <c>0f3a….7</c>.</summary>
    public static string TextOf(string epoch, long revision) => string.Create(CultureInfo.InvariantCulture, $"{epoch}.{revision}");

    public static string TextOf(V1.Position position) => TextOf(position.Epoch, position.Revision);

    /// <summary>The ETag of an item.</summary>
    public static string Of(V1.Position read, long revision) => $"\"{TextOf(read.Epoch, revision)}\"";

    /// <summary>Reads an ETag, or a revision in quotes. A weak one is taken as well.</summary>
    public static bool TryParse(string tag, out string? epoch, out long revision)
    {
        var text = tag.AsSpan().Trim();
        text = text.StartsWith("W/", StringComparison.Ordinal) ? text[2..] : text;
        if (text.Length < 3 || text[0] != '"' || text.LastIndexOf('"') != text.Length - 1 || text[1..^1].Contains('"'))
        {
            (epoch, revision) = (null, 0);
            return false;
        }

        text = text[1..^1];
        var dot = text.LastIndexOf('.');
        epoch = dot < 0 ? null : text[..dot].ToString();
        return long.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out revision);
    }

    /// <summary>Reads a position.</summary>
    public static bool TryParsePosition(string text, out V1.Position position)
    {
        var dot = text.LastIndexOf('.');
        position = new();
        if (dot < 0 || !long.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
        {
            return false;
        }

        (position.Epoch, position.Revision) = (text[..dot], revision);
        return true;
    }

    /// <summary>Whether a list of ETags, or <c>*</c>, names an ETag. Weak comparison, as If-None-Match has it.</summary>
    public static bool IsIn(string list, string tag) => list.Trim() == "*"
        || list.Split(',').Any(entry => entry.Trim() is var one && (one == tag || one == $"W/{tag}"));
}
