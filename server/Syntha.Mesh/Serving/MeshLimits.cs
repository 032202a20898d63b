namespace Syntha.Mesh.Serving;

/// <summary>How much memory loaded meshes take, how long they stay, and how much of each log is kept.</summary>
/// <param name="MaxBytes">
/// Estimated bytes of all loaded meshes. Above this, meshes that no call holds leave memory: of some at a time, the longest unused.
/// </param>
/// <param name="IdleTime">A mesh leaves memory after so much time without a call.</param>
/// <param name="PurgeInterval">
/// How often expired items of loaded meshes are purged, and their logs are trimmed of what is too old.
/// </param>
public sealed record MeshLimits(long MaxBytes, TimeSpan IdleTime, TimeSpan PurgeInterval)
{
    /// <summary>Estimated bytes of loaded meshes beyond which no further one is loaded. Default: none.</summary>
    public long MaxBytesInUse { get; init; } = long.MaxValue;

    public LogLimits Log { get; init; } = LogLimits.Default;

    /// <summary>Whether the user's quota of bytes limits the log, instead of the bytes of <see cref="Log"/>.</summary>
    public bool IsLogBoundByQuota { get; init; }

    public FeedLimits Feeds { get; init; } = new();

    /// <summary>The bytes of commands that may wait. All meshes with these limits share it.</summary>
    public QueueBudget Queues { get; init; } = new(QueueBudget.UsualBytesPerUser, long.MaxValue);
}

/// <summary>How much of the log feeds hold in memory. Small numbers cost speed and nothing else.</summary>
public sealed record FeedLimits
{
    /// <summary>How many of the newest commands a mesh with feeds keeps in memory. A power of two. Default: 1,024.</summary>
    public int RecentCommands { get; init; } = 1_024;

    /// <summary>
    /// The most bytes of items in these commands, and once more in the pages of the log that feeds have read last. Default: 4 MiB.
    /// </summary>
    public long RecentBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>A page ends with the command that reaches this number of changes. A feed reads one page ahead. Default: 1,000.</summary>
    public int PageChanges { get; init; } = 1_000;

    /// <summary>A page ends with the command that reaches this number of bytes. Default: 256 KiB.</summary>
    public long PageBytes { get; init; } = 256 * 1024;

    /// <summary>
    /// What slow snapshots of one user may keep in memory beside the present state, unless that state itself takes more. Default: 4 MiB.
    /// </summary>
    public long PinnedBytes { get; init; } = 4 * 1024 * 1024;
}
