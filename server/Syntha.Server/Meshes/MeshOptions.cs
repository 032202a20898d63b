using System.ComponentModel.DataAnnotations;
using Syntha.Mesh.Serving;

namespace Syntha.Server.Meshes;

/// <summary>How much of the users' meshes is kept in memory. Section <c>Mesh</c>.</summary>
public sealed record MeshOptions
{
    public const string Section = "Mesh";

    /// <summary>
    /// Estimated bytes of all meshes in memory. Beyond this bound, meshes that no call uses leave memory: of sixteen at a time, the one
    /// that was used longest ago. Meshes in use stay, even beyond the bound. Default: a quarter of the memory that the process may use, and
    /// at most 1 GiB; from 1 MiB.
    /// </summary>
    [Range(1024 * 1024, long.MaxValue)]
    public long? MaxMemoryBytes { get; init; }

    /// <summary>
    /// Estimated bytes of meshes beyond which no further mesh is loaded: the call gets STORE_BUSY, and may be repeated. Meshes in use are
    /// served. Default: half of the memory that the process may use, and at least <see cref="MaxMemoryBytes"/>; from 1 MiB.
    /// </summary>
    [Range(1024 * 1024, long.MaxValue)]
    public long? MaxMemoryInUse { get; init; }

    /// <summary>
    /// Bytes in memory of the writes of one user that wait for the store. A further write gets RATE_LIMITED with a delay; one write alone
    /// is never refused for this. Default: 64 MiB; from 1 MiB.
    /// </summary>
    [Range(1024 * 1024, long.MaxValue)]
    public long MaxQueuedBytesPerUser { get; init; } = QueueBudget.UsualBytesPerUser;

    /// <summary>
    /// Bytes in memory of the writes of all users that wait for their stores. A further write gets STORE_BUSY with a delay. Default: an
    /// eighth of the memory that the process may use, and at most 512 MiB; from 1 MiB.
    /// </summary>
    [Range(1024 * 1024, long.MaxValue)]
    public long? MaxQueuedBytes { get; init; }

    /// <summary>A mesh that no call has used for so long leaves memory. Default: 10 minutes; from 1 second to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How often meshes in memory purge their expired items, and their logs are searched for changes that are too old. Default: 5 minutes;
    /// from 1 second to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PurgeInterval { get; init; } = TimeSpan.FromMinutes(5);

    internal MeshLimits Limits => LimitsFor(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>The limits of a process that may use so much memory: a container's limit, or what the machine has.</summary>
    internal MeshLimits LimitsFor(long availableBytes)
    {
        var maxBytes = MaxMemoryBytes ?? Math.Min(1L << 30, Math.Max(1L << 20, availableBytes / 4));
        return new(maxBytes, IdleAfter, PurgeInterval)
        {
            MaxBytesInUse = MaxMemoryInUse ?? Math.Max(maxBytes, availableBytes / 2),
            Queues = new(MaxQueuedBytesPerUser, MaxQueuedBytes ?? Math.Min(512L << 20, Math.Max(1L << 20, availableBytes / 8))),
        };
    }
}
