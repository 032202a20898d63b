namespace Syntha.Storage.Tests.Support;

/// <summary>Short ways to write changes and commands as a mesh passes them to its store.</summary>
internal static class Draft
{
    public static DateTimeOffset Noon { get; } = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static Readers Routed(string? author = null, string[]? topics = null, string[]? subscribers = null) => new(
        author is null ? null : AgentName.Trusted(author),
        [.. (topics ?? []).Select(TopicName.Trusted)],
        [.. (subscribers ?? []).Select(AgentName.Trusted)]);

    public static CommittedCommand Command(long revision, params Func<ChangePlace, Change>[] changes) =>
        Command(revision, null, changes);

    public static CommittedCommand Command(long revision, RequestRecord? request, params Func<ChangePlace, Change>[] changes) =>
        new(revision, [.. changes.Select((change, index) => change(new(revision, index)))], request);

    public static Func<ChangePlace, Change> Push(
        string key, string value =
            "1", Readers? readers = null, Change? over = null, DateTimeOffset? expires = null, string? metadata = null,
        DateTimeOffset? time = null) => place => new()
        {
            Kind = over?.Item is null ? ChangeKind.Created : ChangeKind.Updated,
            Place = place,
            Time = time ?? Noon,
            Subject = key,
            Actor = readers?.Author,
            Replaces = over?.Place,
            Before = over?.Item?.Readers,
            Item = new()
            {
                Key = ContextKey.Trusted(key),
                ValueJson = value,
                MetadataJson = metadata,
                Readers = readers ?? Readers.Everyone,
                Place = place,
                UpdatedAt = time ?? Noon,
                ExpiresAt = expires,
            },
        };

    /// <summary>Ends the subject of another change: removes or expires an item, or purges an expired one.</summary>
    public static Func<ChangePlace, Change> End(ChangeKind kind, Change former, string? actor = null) => place => new()
    {
        Kind = kind,
        Place = place,
        Time = Noon,
        Subject = former.Subject,
        Actor = actor is null ? null : AgentName.Trusted(actor),
        Replaces = former.Place,
        Before = former.Item?.Readers ?? former.Before,
    };

    public static Func<ChangePlace, Change> Agent(AgentRecord record, string? actor = null, AgentRecord? before = null) => place => new()
    {
        Kind = ChangeKind.AgentChanged,
        Place = place,
        Time = Noon,
        Subject = record.Name.Value,
        Actor = actor is null ? null : AgentName.Trusted(actor),
        Agent = record,
        AgentBefore = before,
    };

    /// <summary>A change of a claim: its end where it is free, otherwise its renewal.</summary>
    public static Func<ChangePlace, Change> Claim(ClaimRecord record, bool isQuiet = false, Readers? before = null) => place => new()
    {
        Kind = record.IsEmpty ? ChangeKind.ClaimReleased : ChangeKind.ClaimRenewed,
        Place = place,
        Time = Noon,
        Subject = record.Name.Value,
        Actor = record.Readers.Author,
        Claim = record,
        Before = record.IsEmpty ? before ?? Readers.Everyone : null,
        IsQuiet = !record.IsEmpty && isQuiet,
    };

    /// <summary>The command at another time.</summary>
    public static CommittedCommand At(this CommittedCommand command, DateTimeOffset time) => command with
    {
        Changes = [.. command.Changes.Select(
            change => change with { Time = time, Item = change.Item is { } item ? item with { UpdatedAt = time } : null })],
    };

    public static AgentRecord Subscribed(string name, params string[] topics) => new(AgentName.Trusted(name))
    {
        Subscriptions = [.. topics.Select((topic, index) => new Subscription(TopicName.Trusted(topic), new(1, index)))],
    };

    public static RequestRecord Request(Guid id, string? caller = null, string? answer = null) =>
        new(id, caller is null ? null : AgentName.Trusted(caller), "Push", new UInt128(uint.MaxValue - 1, 7), answer);
}
