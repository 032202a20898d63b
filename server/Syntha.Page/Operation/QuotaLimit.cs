namespace Syntha.Page.Operation;

/// <summary>One number of a quota.</summary>
/// <param name="Field">Its name in the contract.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="Read">Reads it. Null: it is not set.</param>
/// <param name="Write">Sets it.</param>
/// <param name="Used">How much the user holds of it. Null: it limits something that is not held.</param>
internal sealed record QuotaLimit(
    string Field, string Name, string Unit, Func<Quota, long?> Read, Action<Quota, long> Write, Func<QuotaUsage, long>? Used)
{
    public static IReadOnlyList<QuotaLimit> All { get; } =
    [
        new("max_items", "Items", "items", quota => quota.HasMaxItems ? quota.MaxItems : null,
            (quota, value) => quota.MaxItems = value, usage => usage.Items),
        new("max_bytes", "Bytes", "bytes", quota => quota.HasMaxBytes ? quota.MaxBytes : null,
            (quota, value) => quota.MaxBytes = value, usage => usage.Bytes),
        new("max_agents", "Agents", "agents", quota => quota.HasMaxAgents ? quota.MaxAgents : null,
            (quota, value) => quota.MaxAgents = value, usage => usage.Agents),
        new("max_topics", "Topics", "topics", quota => quota.HasMaxTopics ? quota.MaxTopics : null,
            (quota, value) => quota.MaxTopics = value, usage => usage.Topics),
        new("max_streams", "Live streams", "streams", quota => quota.HasMaxStreams ? quota.MaxStreams : null,
            (quota, value) => quota.MaxStreams = value, usage => usage.Streams),
        new("max_value_bytes", "Bytes of one value", "bytes", quota => quota.HasMaxValueBytes ? quota.MaxValueBytes : null,
            (quota, value) => quota.MaxValueBytes = value, null),
        new("calls_per_second", "Calls a second", "calls", quota => quota.HasCallsPerSecond ? quota.CallsPerSecond : null,
            (quota, value) => quota.CallsPerSecond = value, null),
    ];
}
