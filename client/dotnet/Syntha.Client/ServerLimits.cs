namespace Syntha.Client;

/// <summary>What a server takes at most, for every user. A user's own quota may be lower. Immutable.</summary>
public sealed record ServerLimits
{
    /// <summary>Bytes of a key.</summary>
    public int MaxKeyBytes { get; init; }

    /// <summary>Bytes of an agent's or a topic's name.</summary>
    public int MaxNameBytes { get; init; }

    /// <summary>Bytes of a value as JSON text.</summary>
    public int MaxValueBytes { get; init; }

    /// <summary>Bytes of an item's metadata.</summary>
    public int MaxMetadataBytes { get; init; }

    /// <summary>Bytes of one write, and of one answer or message of a stream.</summary>
    public int MaxMessageBytes { get; init; }

    /// <summary>Topics of one item or of one agent.</summary>
    public int MaxTopicsPerItem { get; init; }

    /// <summary>Subscribers that one item names.</summary>
    public int MaxSubscribersPerItem { get; init; }

    /// <summary>Items of one <see cref="ContextMesh.PushManyAsync"/>.</summary>
    public int MaxItemsPerWrite { get; init; }

    /// <summary>Keys that one request reads. <see cref="ContextMesh.GetManyAsync"/> splits longer lists by itself.</summary>
    public int MaxKeysPerRead { get; init; }

    /// <summary>Claims that a user's callers hold at the same time.</summary>
    public int MaxClaims { get; init; }

    /// <summary>Callers that wait for one claim.</summary>
    public int MaxWaitingPerClaim { get; init; }

    internal static ServerLimits From(V1.ServerLimits wire) => new()
    {
        MaxKeyBytes = wire.MaxKeyBytes,
        MaxNameBytes = wire.MaxNameBytes,
        MaxValueBytes = wire.MaxValueBytes,
        MaxMetadataBytes = wire.MaxMetadataBytes,
        MaxMessageBytes = wire.MaxMessageBytes,
        MaxTopicsPerItem = wire.MaxTopicsPerItem,
        MaxSubscribersPerItem = wire.MaxSubscribersPerItem,
        MaxItemsPerWrite = wire.MaxItemsPerWrite,
        MaxKeysPerRead = wire.MaxKeysPerRead,
        MaxClaims = wire.MaxClaims,
        MaxWaitingPerClaim = wire.MaxWaitingPerClaim,
    };
}
