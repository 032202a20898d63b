namespace Syntha.Page.Live;

/// <summary>One line of the list: a change as it came, cut short, or a note about the stream itself.</summary>
public sealed record LiveRow
{
    private const int MaxValue = 300;
    private const int MaxNames = 3;

    // What a row costs besides its texts, in characters.
    private const int Fixed = 150;

    /// <summary>Its number among all that came. The oldest has 0.</summary>
    public required long Number { get; init; }

    /// <summary>What happened. Unspecified: <see cref="Note"/> says it.</summary>
    public ChangeKind Kind { get; init; }

    public string Note { get; init; } = "";

    public DateTimeOffset Time { get; init; }

    public long Revision { get; init; }

    public int Index { get; init; }

    public string Key { get; init; } = "";

    /// <summary>The beginning of the value.</summary>
    public string Value { get; init; } = "";

    public IReadOnlyList<string> Topics { get; init; } = [];

    public IReadOnlyList<string> Subscribers { get; init; } = [];

    /// <summary>How many names of the routing were left out.</summary>
    public int MoreNames { get; init; }

    /// <summary>Whether the change tells the item.</summary>
    public bool HasItem { get; init; }

    /// <summary>Null: the owner, or it is not told.</summary>
    public string? Author { get; init; }

    /// <summary>Roughly how many characters it holds.</summary>
    public int Size => Fixed + Note.Length + Key.Length + Value.Length + Topics.Sum(name => name.Length)
        + Subscribers.Sum(name => name.Length) + (Author?.Length ?? 0);

    public static LiveRow Of(long number, Change change)
    {
        var item = change.Item;
        var topics = item is null ? [] : item.Topics.Take(MaxNames).ToArray();
        var subscribers = item is null ? [] : item.Subscribers.Take(MaxNames).ToArray();
        return new()
        {
            Number = number,
            Kind = change.Kind,
            Time = change.CommitTime?.ToDateTimeOffset() ?? default,
            Revision = change.Revision,
            Index = change.Index,
            Key = change.Key,
            Value = Short(change.Kind == ChangeKind.AgentChanged ? ChangeWords.Agent(change.Agent) : item?.ValueJson ?? ""),
            Topics = topics,
            Subscribers = subscribers,
            MoreNames = item is null ? 0 : item.Topics.Count - topics.Length + item.Subscribers.Count - subscribers.Length,
            HasItem = item is not null,
            Author = item is { HasAuthor: true } ? item.Author : null,
        };
    }

    private static string Short(string text) => text.Length <= MaxValue
        ? text
        : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[MaxValue - 1]) ? MaxValue - 1 : MaxValue), "…");
}
