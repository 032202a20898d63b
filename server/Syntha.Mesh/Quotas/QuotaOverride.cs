namespace Syntha.Mesh.Quotas;

/// <summary>The quotas that an operator has set for one user. Null: the default holds. Immutable.</summary>
public sealed record QuotaOverride
{
    public long? MaxItems { get; init; }

    public long? MaxBytes { get; init; }

    public long? MaxAgents { get; init; }

    public long? MaxTopics { get; init; }

    public long? MaxValueBytes { get; init; }

    public long? MaxStreams { get; init; }

    internal UserQuotas Over(UserQuotas defaults) => new()
    {
        MaxItems = MaxItems ?? defaults.MaxItems,
        MaxBytes = MaxBytes ?? defaults.MaxBytes,
        MaxAgents = MaxAgents ?? defaults.MaxAgents,
        MaxTopics = MaxTopics ?? defaults.MaxTopics,
        MaxValueBytes = MaxValueBytes ?? defaults.MaxValueBytes,
        MaxStreams = MaxStreams ?? defaults.MaxStreams,
    };
}
