namespace Syntha.Client;

/// <summary>What happened to an item, seen from one view: the kinds of the contract, under the same numbers.</summary>
public enum ChangeKind
{
    /// <summary>A kind that this version of the client does not know. It is to be ignored.</summary>
    Unknown = 0,

    /// <summary>A new item.</summary>
    Created = 1,

    /// <summary>An item with a new value, routing or time to live.</summary>
    Updated = 2,

    /// <summary>An item was removed.</summary>
    Removed = 3,

    /// <summary>An item's time has come.</summary>
    Expired = 4,

    /// <summary>An item was routed anew and is part of the view now.</summary>
    EnteredView = 5,

    /// <summary>An item was routed anew and is no longer part of the view: whatever was known of it is to be forgotten.</summary>
    LeftView = 6,

    /// <summary>
    /// The subscriptions, permissions or access of an agent have changed; only with <see cref="SubscriptionOptions.IncludeAgents"/>.
    /// </summary>
    AgentChanged = 7,
}
