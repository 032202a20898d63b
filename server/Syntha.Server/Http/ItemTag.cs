using System.Globalization;
using Syntha.Server.Doors;

namespace Syntha.Server.Http;

/// <summary>
/// The ETag of an item: the position of its last change. It names the epoch as well, because in another life of the store the same
/// revision is another item.
/// </summary>
internal static class ItemTag
{
    /// <summary>The ETag of an item.</summary>
    public static string Of(V1.Position read, long revision) => $"\"{PositionText.Of(read.Epoch, revision)}\"";

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

    /// <summary>Whether a list of ETags, or <c>*</c>, names an ETag. Weak comparison, as If-None-Match has it.</summary>
    public static bool IsIn(string list, string tag) => list.Trim() == "*"
        || list.Split(',').Any(entry => entry.Trim() is var one && (one == tag || one == $"W/{tag}"));
}
