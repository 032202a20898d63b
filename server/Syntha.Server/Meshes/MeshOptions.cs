using System.ComponentModel.DataAnnotations;
using Syntha.Mesh.Serving;

namespace Syntha.Server.Meshes;

/// <summary>How much of the users' meshes is kept in memory. Section <c>Mesh</c>.</summary>
public sealed record MeshOptions
{
    public const string Section = "Mesh";

    /// <summary>
    /// Estimated bytes of all meshes in memory. Beyond this bound, meshes that no call uses leave memory, the least recently used first.
    /// Meshes in use stay, even beyond the bound. Default: 1 GiB; from 1 MiB.
    /// </summary>
    [Range(1024 * 1024, long.MaxValue)]
    public long MaxMemoryBytes { get; init; } = 1L << 30;

    /// <summary>A mesh that no call has used for so long leaves memory. Default: 10 minutes; from 1 second to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How often meshes in memory purge their expired items, and their logs are searched for changes that are too old. Default: 5 minutes;
    /// from 1 second to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PurgeInterval { get; init; } = TimeSpan.FromMinutes(5);

    internal MeshLimits Limits => new(MaxMemoryBytes, IdleAfter, PurgeInterval);
}
