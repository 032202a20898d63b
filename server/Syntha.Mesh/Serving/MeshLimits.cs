namespace Syntha.Mesh.Serving;

/// <summary>How much memory loaded meshes may take, and how long; and how much of each log is kept.</summary>
/// <param name="MaxBytes">Estimated bytes of all loaded meshes. Beyond it the least recently used ones that no call holds leave memory.</param>
/// <param name="IdleTime">A mesh that no call used for this long leaves memory.</param>
/// <param name="PurgeInterval">How often expired items of loaded meshes are purged, and their logs are looked at for what is too old.</param>
public sealed record MeshLimits(long MaxBytes, TimeSpan IdleTime, TimeSpan PurgeInterval)
{
    public LogLimits Log { get; init; } = LogLimits.Default;

    /// <summary>Whether a user's log has as many bytes as the user may hold, instead of those of <see cref="Log"/>.</summary>
    public bool IsLogBoundByQuota { get; init; }

    public FeedLimits Feeds { get; init; } = new();
}

/// <summary>How much of the log feeds hold in memory. Small numbers cost speed and nothing else.</summary>
public sealed record FeedLimits
{
    /// <summary>How many of the newest commands a mesh with feeds keeps at hand. A power of two. Default: 1,024.</summary>
    public int RecentCommands { get; init; } = 1_024;

    /// <summary>How many bytes of items these commands may have. Default: 4 MiB.</summary>
    public long RecentBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>A page ends with the command that brings it to so many changes; a feed is one page ahead. Default: 1,000.</summary>
    public int PageChanges { get; init; } = 1_000;

    /// <summary>A page ends with the command that brings it to so many bytes. Default: 256 KiB.</summary>
    public long PageBytes { get; init; } = 256 * 1024;
}
