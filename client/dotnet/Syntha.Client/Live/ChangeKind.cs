namespace Syntha.Client;

/// <summary>What happened to an item, seen from one view.</summary>
public enum ChangeKind
{
    /// <summary>A kind that this version of the client does not know. Ignore it.</summary>
    Unknown = 0,

    /// <summary>An item is new.</summary>
    Created = 1,

    /// <summary>An item has a new value, routing or time to live.</summary>
    Updated = 2,

    /// <summary>An item was removed.</summary>
    Removed = 3,

    /// <summary>An item's time to live has ended.</summary>
    Expired = 4,

    /// <summary>An item has new routing and is part of the view now.</summary>
    EnteredView = 5,

    /// <summary>An item has new routing and is no longer part of the view. Forget what is known of it.</summary>
    LeftView = 6,

    /// <summary>
    /// The subscriptions, permissions or access of an agent have changed. Only with <see cref="SubscriptionOptions.IncludeAgents"/>.
    /// </summary>
    AgentChanged = 7,

    /// <summary>A claim has a new holder. Like the next three only with <see cref="SubscriptionOptions.IncludeClaims"/>.</summary>
    Claimed = 8,

    /// <summary>A claim goes on with its holder: its lease was renewed, or its line has changed.</summary>
    Renewed = 9,

    /// <summary>A claim was given back, handed over, or taken back by the owner.</summary>
    Released = 10,

    /// <summary>A claim's lease has ended.</summary>
    ClaimExpired = 11,
    /// <summary>
    /// The value of a former version of the key was removed from history: forget it wherever it is kept. The present item is not concerned.
    /// </summary>
    Redacted = 12,
}
