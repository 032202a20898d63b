using System.ComponentModel.DataAnnotations;
using System.Numerics;
using Syntha.Mesh.Serving;

namespace Syntha.Server.Streams;

/// <summary>Live streams. Section <c>Streams</c>.</summary>
public sealed record StreamOptions
{
    public const string Section = "Streams";

    /// <summary>How many live streams one user may have on this server; one more is refused. Default: 100.</summary>
    [Range(1, 1_000_000)]
    public int MaxPerUser { get; init; } = 100;

    /// <summary>
    /// A stream ends when one message could not be sent for so many seconds, because its reader takes nothing. Until then a slow reader
    /// costs nobody anything. Default: 300.
    /// </summary>
    [Range(1, 86400)]
    public int StuckWriteSeconds { get; init; } = 300;

    /// <summary>
    /// How many of the newest commands a mesh with streams keeps in memory, so that streams that keep up need not read the log. A power of
    /// two. Default: 1,024; at most 1,048,576.
    /// </summary>
    [Range(1, 1 << 20)]
    public int RecentCommands { get; init; } = new FeedLimits().RecentCommands;

    /// <summary>How many bytes of items these commands may have; the newest is kept in any case. Default: 4 MiB.</summary>
    [Range(0, 1L << 30)]
    public long RecentBytes { get; init; } = new FeedLimits().RecentBytes;

    /// <summary>
    /// A stream reads on, and sends, with the command that brings it to so many changes. While it sends, it reads the next page and no
    /// more. Default: 1,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int PageChanges { get; init; } = new FeedLimits().PageChanges;

    /// <summary>Likewise, with the command that brings it to so many bytes. Default: 256 KiB.</summary>
    [Range(1, 1L << 30)]
    public long PageBytes { get; init; } = new FeedLimits().PageBytes;

    internal FeedLimits Feeds => new()
    {
        RecentCommands = RecentCommands,
        RecentBytes = RecentBytes,
        PageChanges = PageChanges,
        PageBytes = PageBytes,
    };

    internal IEnumerable<string> Faults()
    {
        var next = BitOperations.RoundUpToPowerOf2((uint)Math.Max(RecentCommands, 1));
        if (next != RecentCommands)
        {
            yield return $"{Section}:{nameof(RecentCommands)} is {RecentCommands}, which is no power of two; use {next}.";
        }
    }
}
