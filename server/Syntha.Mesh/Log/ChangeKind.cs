namespace Syntha.Mesh.Log;

/// <summary>What a change did. The numbers are stored; they never change their meaning.</summary>
public enum ChangeKind
{
    /// <summary>An item that was not there before.</summary>
    Created = 1,

    /// <summary>An item with a new value or a new routing.</summary>
    Updated = 2,

    /// <summary>An item is gone because somebody removed it.</summary>
    Removed = 3,

    /// <summary>An item is gone because its time has come. It is counted as expired until it is purged.</summary>
    Expired = 4,

    /// <summary>An expired item is no longer counted. Of interest to nobody but the statistics.</summary>
    Purged = 5,

    /// <summary>What is stored about an agent: subscriptions, permissions.</summary>
    AgentChanged = 6,
}
