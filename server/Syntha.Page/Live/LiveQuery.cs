namespace Syntha.Page.Live;

/// <summary>What the reader asked to see. It is kept in the view's address.</summary>
internal sealed record LiveQuery
{
    private static readonly char[] Wild = ['*', '?', '['];

    /// <summary>Whose view it is. Null: the owner's.</summary>
    public string? Agent { get; init; }

    /// <summary>The beginning of keys, or a pattern when it has one of the signs of patterns. Empty: all.</summary>
    public string Key { get; init; } = "";

    /// <summary>Empty: all.</summary>
    public string Topic { get; init; } = "";

    /// <summary>Empty: all.</summary>
    public IReadOnlyList<ChangeKind> Kinds { get; init; } = [];

    /// <summary>The kinds as the address has them. Null: all.</summary>
    public string? KindNames => Kinds.Count == 0 ? null : string.Join(",", Kinds.Select(kind => kind.ToString()));

    public static LiveQuery Of(string? agent, string? key, string? topic, string? kinds) => new()
    {
        Agent = agent,
        Key = key ?? "",
        Topic = topic ?? "",
        Kinds = [.. (kinds ?? "").Split(',').Select(name => Enum.TryParse<ChangeKind>(name, out var kind) ? kind : default)
            .Where(kind => ChangeWords.Kinds.Any(one => one.Kind == kind)).Distinct()],
    };

    /// <param name="isOwner">Whether the reader may see what is set about agents.</param>
    public SubscribeRequest Request(bool isOwner)
    {
        var filter = new ItemFilter();
        if (Key.IndexOfAny(Wild) >= 0)
        {
            filter.KeyGlob = Key;
        }
        else
        {
            filter.KeyPrefix = Key;
        }

        if (Topic.Length > 0)
        {
            filter.Topics.Add(Topic);
        }

        var request = new SubscribeRequest
        {
            View = ItemView.Json,
            Filter = filter,
            Kinds = { Kinds },
            IncludeAgents = isOwner && Agent is null && (Kinds.Count == 0 || Kinds.Contains(ChangeKind.AgentChanged)),
        };
        if (Agent is { } agent)
        {
            request.AsAgent = agent;
        }

        return request;
    }
}
