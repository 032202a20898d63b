using Google.Protobuf.WellKnownTypes;

namespace Syntha.Page.Items;

/// <summary>What a row of the list shows of an item. It is small, however large the item is.</summary>
/// <param name="Preview">The beginning of the value, in one line. Null: the value is too large to look at in a list.</param>
/// <param name="Topics">The first topics.</param>
/// <param name="Subscribers">The first subscribers.</param>
/// <param name="More">How many topics and subscribers there are besides.</param>
/// <param name="Author">Who wrote it last. Null: the owner.</param>
/// <param name="Revision">The revision that wrote it.</param>
/// <param name="Updated">When it was written.</param>
/// <param name="Expires">When it expires. Null: never.</param>
internal sealed record ItemRow(
    string? Preview, IReadOnlyList<string> Topics, IReadOnlyList<string> Subscribers, int More, string? Author, long Revision,
    Timestamp? Updated, Timestamp? Expires)
{
    private const int PreviewLength = 120;
    private const int MaxNames = 2;

    public static ItemRow Of(Item item)
    {
        IReadOnlyList<string> topics = [.. item.Topics.Take(MaxNames)];
        IReadOnlyList<string> subscribers = [.. item.Subscribers.Take(MaxNames)];
        return new(
            item.ContentCase == Item.ContentOneofCase.ValueJson ? PreviewOf(item.ValueJson) : null,
            topics,
            subscribers,
            item.Topics.Count + item.Subscribers.Count - topics.Count - subscribers.Count,
            item.HasAuthor ? item.Author : null,
            item.Revision,
            item.UpdateTime,
            item.ExpireTime);
    }

    /// <summary>The beginning of a JSON text in one line, without the white space between its parts.</summary>
    public static string PreviewOf(string json)
    {
        var line = new System.Text.StringBuilder(PreviewLength + 2);
        var isSpace = false;
        foreach (var sign in json)
        {
            if (line.Length >= PreviewLength)
            {
                // Half of a pair alone is no sign.
                if (char.IsHighSurrogate(line[^1]))
                {
                    line.Length--;
                }

                return line.Append('…').ToString();
            }

            if (char.IsWhiteSpace(sign) || char.IsControl(sign))
            {
                isSpace = line.Length > 0;
                continue;
            }

            if (isSpace)
            {
                line.Append(' ');
                isSpace = false;
            }

            line.Append(sign);
        }

        return line.ToString();
    }
}
