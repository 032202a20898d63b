namespace Syntha.Mesh.Quotas;

/// <summary>How much one user may hold. Immutable.</summary>
public sealed record UserQuotas
{
    public static UserQuotas Default { get; } = new();

    /// <summary>Live items.</summary>
    public long MaxItems { get; init; } = 10_000;

    /// <summary>Bytes of live items, as <see cref="ContextItem.Bytes"/> counts them.</summary>
    public long MaxBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary>Agents about which something is stored. Names in the routing of items do not count.</summary>
    public long MaxAgents { get; init; } = 100;

    /// <summary>Topics that exist for the owner.</summary>
    public long MaxTopics { get; init; } = 1_000;

    /// <summary>Bytes of one value as JSON text. No user may exceed the limit for all, so this one can only be lower.</summary>
    public long MaxValueBytes { get; init; } = ItemLimits.MaxValueBytes;

    /// <summary>Live streams on one server.</summary>
    public long MaxStreams { get; init; } = 100;
}
