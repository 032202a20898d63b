namespace Syntha.Client;

/// <summary>Why a view has to begin anew with a snapshot.</summary>
public enum ResetReason
{
    /// <summary>The agent's own subscriptions, permissions or access have changed, and with them its view.</summary>
    AudienceChanged,

    /// <summary>The change log no longer reaches back to the position. The changes in between are not delivered one by one.</summary>
    HistoryCompacted,

    /// <summary>The store was restored, imported or created anew. The position belongs to another life of it.</summary>
    EpochChanged,

    /// <summary>The position lies beyond the mesh's last revision.</summary>
    RevisionInFuture,
}
