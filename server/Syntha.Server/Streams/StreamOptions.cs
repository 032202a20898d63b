using System.ComponentModel.DataAnnotations;
using System.Numerics;
using Syntha.Mesh.Serving;

namespace Syntha.Server.Streams;

/// <summary>Live streams. Section <c>Streams</c>.</summary>
public sealed record StreamOptions
{
    public const string Section = "Streams";

    /// <summary>How many live streams one user may have on this server. A further one is refused. Default: 100.</summary>
    [Range(1, 1_000_000)]
    public int MaxPerUser { get; init; } = 100;

    /// <summary>
    /// A stream ends when one message could not be sent for so long, because its reader takes nothing. Until then a slow reader holds up no
    /// other call. Default: 5 minutes; from 1 second to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan StuckWriteTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How many of its newest commands a mesh with streams keeps in memory, so that a stream that keeps up need not read the log. It must
    /// be a power of two. Default: 1,024; at most 1,048,576.
    /// </summary>
    [Range(1, 1 << 20)]
    public int RecentCommands { get; init; } = new FeedLimits().RecentCommands;

    /// <summary>
    /// How many bytes of items these commands may have. The newest command is always kept. As many bytes again may have the pages of the
    /// log that streams have read last, as long as streams of the user read it. Default: 4 MiB.
    /// </summary>
    [Range(0, 1L << 30)]
    public long RecentBytes { get; init; } = new FeedLimits().RecentBytes;

    /// <summary>
    /// A stream reads commands until they have so many changes, and then sends them as one page. While it sends, it reads the next page and
    /// no further. Default: 1,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int PageChanges { get; init; } = new FeedLimits().PageChanges;

    /// <summary>A page also ends with the command that brings it to so many bytes. Default: 256 KiB.</summary>
    [Range(1, 1L << 30)]
    public long PageBytes { get; init; } = new FeedLimits().PageBytes;

    /// <summary>
    /// What snapshots that are read slowly may keep in memory for one user, beside the present state of the mesh. A larger mesh may keep as
    /// much as it takes itself. Beyond this the oldest snapshot begins again with a <c>reset</c>. Default: 4 MiB; from 0.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long SnapshotBytes { get; init; } = new FeedLimits().PinnedBytes;

    /// <summary>
    /// Bytes of messages of one user that are on their way because their readers do not take them. Beyond this, the stream that has waited
    /// longest is reset without a status, which would wait behind its message; the log tells it. Its reader may resume. Default: 32 MiB;
    /// from 4 MiB.
    /// </summary>
    [Range(4 * 1024 * 1024, long.MaxValue)]
    public long StuckBytes { get; init; } = 32 * 1024 * 1024;

    internal FeedLimits Feeds => new()
    {
        RecentCommands = RecentCommands,
        RecentBytes = RecentBytes,
        PageChanges = PageChanges,
        PageBytes = PageBytes,
        PinnedBytes = SnapshotBytes,
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
