namespace Syntha.Mesh.Serving;

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
