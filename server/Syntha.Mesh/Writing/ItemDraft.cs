namespace Syntha.Mesh.Writing;

/// <summary>An item as a caller wants it. Checked on the way in; what it may replace is decided by the command.</summary>
/// <param name="Key">The key.</param>
/// <param name="ValueJson">JSON text that <see cref="Values.JsonText"/> accepted.</param>
/// <param name="MetadataJson">A JSON object, or null.</param>
/// <param name="Topics">Topics, each once.</param>
/// <param name="Subscribers">Agents, each once.</param>
/// <param name="TimeToLive">Counted from the commit; zero or negative: expired at once; null: never expires.</param>
/// <param name="IfRevision">Null: any; 0: the key must not exist; n: its revision must be n.</param>
public sealed record ItemDraft(
    ContextKey Key,
    string ValueJson,
    string? MetadataJson,
    ImmutableArray<TopicName> Topics,
    ImmutableArray<AgentName> Subscribers,
    TimeSpan? TimeToLive,
    long? IfRevision);
