namespace Syntha.Server.Mapping;

/// <summary>The limits of requests. Discovery.GetServerInfo tells them, and the mapping refuses requests beyond them.</summary>
internal static class Limits
{
    /// <summary>Bytes of one write, and of one answer or message of a stream.</summary>
    public const int MaxMessageBytes = 3 * 1024 * 1024;

    /// <summary>Items of one PushMany, operations and guards of one Commit.</summary>
    public const int MaxItemsPerWrite = 10_000;

    /// <summary>Keys of one GetMany.</summary>
    public const int MaxKeysPerRead = 1_000;

    /// <summary>A read of no more items is never costly work.</summary>
    public const int FewItems = 200;

    public static V1.ServerLimits ToWire() => new()
    {
        MaxKeyBytes = ContextKey.MaxBytes,
        MaxNameBytes = AgentName.MaxBytes,
        MaxValueBytes = ItemLimits.MaxValueBytes,
        MaxMetadataBytes = ItemLimits.MaxMetadataBytes,
        MaxMessageBytes = MaxMessageBytes,
        MaxTopicsPerItem = ItemLimits.MaxTopics,
        MaxSubscribersPerItem = ItemLimits.MaxSubscribers,
        MaxItemsPerWrite = MaxItemsPerWrite,
        MaxKeysPerRead = MaxKeysPerRead,
        MaxClaims = ClaimLimits.MaxClaims,
        MaxWaitingPerClaim = ClaimLimits.MaxWaiting,
    };
}
