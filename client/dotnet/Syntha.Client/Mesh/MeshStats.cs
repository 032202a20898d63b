namespace Syntha.Client;

/// <summary>Counts of what one user's mesh holds at one moment, as one caller sees it. Immutable.</summary>
public sealed record MeshStats
{
    internal MeshStats(V1.MeshStats wire, V1.Position position)
    {
        TotalItems = wire.TotalItems;
        ActiveItems = wire.ActiveItems;
        ExpiredItems = wire.ExpiredItems;
        GlobalItems = wire.GlobalItems;
        PrivateItems = wire.PrivateItems;
        TotalTopics = wire.TotalTopics;
        AgentsWithTopics = wire.AgentsWithTopics;
        TotalBytes = wire.TotalBytes;
        Position = Position.From(position);
    }

    /// <summary>Live and expired items together.</summary>
    public long TotalItems { get; }

    /// <summary>Items that have not expired.</summary>
    public long ActiveItems { get; }

    /// <summary>Items that have expired and were not purged yet. No read returns them.</summary>
    public long ExpiredItems { get; }

    /// <summary>Live items without topics and subscribers. Every agent of the user reads them.</summary>
    public long GlobalItems { get; }

    /// <summary>Live items with topics or subscribers.</summary>
    public long PrivateItems { get; }

    /// <summary>Topics that an agent is subscribed to, or that a live item carries.</summary>
    public long TotalTopics { get; }

    /// <summary>Agents that are subscribed to a topic. In an agent's view 1 or 0, for the agent itself.</summary>
    public long AgentsWithTopics { get; }

    /// <summary>Bytes of the live items: keys, values, metadata, routing and authors, as UTF-8.</summary>
    public long TotalBytes { get; }

    /// <summary>The mesh's position when it was counted.</summary>
    public Position Position { get; }
}
