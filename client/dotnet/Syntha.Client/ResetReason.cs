namespace Syntha.Client;

/// <summary>Why what was known of a view is void, and a snapshot follows.</summary>
public enum ResetReason
{
    /// <summary>The agent's own subscriptions or permissions have changed, and with them what it may see.</summary>
    AudienceChanged,

    /// <summary>The change log no longer reaches back to the position: changes in between are lost as changes.</summary>
    HistoryCompacted,

    /// <summary>The store was restored, imported or created anew: the position belongs to another life of it.</summary>
    EpochChanged,

    /// <summary>The position lies beyond the last revision of the mesh.</summary>
    RevisionInFuture,
}
