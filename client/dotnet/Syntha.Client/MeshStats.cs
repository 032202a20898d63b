namespace Syntha.Client;

/// <summary>Counts of one user's mesh, as of one moment.</summary>
public sealed record MeshStats
{
    internal MeshStats(V1.GetStatsResponse wire)
    {
        TotalItems = wire.TotalItems;
        ActiveItems = wire.ActiveItems;
        ExpiredItems = wire.ExpiredItems;
        GlobalItems = wire.GlobalItems;
        PrivateItems = wire.PrivateItems;
        TotalTopics = wire.TotalTopics;
        AgentsWithTopics = wire.AgentsWithTopics;
        TotalBytes = wire.TotalBytes;
        Position = Position.From(wire.Position);
    }

    /// <summary>Live and expired items together.</summary>
    public long TotalItems { get; }

    /// <summary>Live items.</summary>
    public long ActiveItems { get; }

    /// <summary>Items that have expired and were not purged yet. No read returns them.</summary>
    public long ExpiredItems { get; }

    /// <summary>Live items without topics and subscribers.</summary>
    public long GlobalItems { get; }

    /// <summary>Live items with topics or subscribers.</summary>
    public long PrivateItems { get; }

    /// <summary>Topics that an agent is subscribed to or a live item carries.</summary>
    public long TotalTopics { get; }

    /// <summary>Agents that are subscribed to a topic.</summary>
    public long AgentsWithTopics { get; }

    /// <summary>Bytes of the live items: key, value, metadata, routing and author, as UTF-8.</summary>
    public long TotalBytes { get; }

    /// <summary>The mesh's position when it was counted.</summary>
    public Position Position { get; }
}
