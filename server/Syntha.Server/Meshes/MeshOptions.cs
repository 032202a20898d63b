using System.ComponentModel.DataAnnotations;
using Syntha.Mesh.Serving;

namespace Syntha.Server.Meshes;

/// <summary>How much of the users' meshes is kept in memory. Section <c>Mesh</c>.</summary>
public sealed record MeshOptions
{
    public const string Section = "Mesh";

    /// <summary>
    /// Estimated bytes of all meshes in memory. Beyond it, meshes that no call uses leave memory, the least recently used first; the bound
    /// gives way only to meshes in use. Default: 1 GiB.
    /// </summary>
    [Range(1024 * 1024, long.MaxValue)]
    public long MaxMemoryBytes { get; init; } = 1L << 30;

    /// <summary>A mesh that no call used for so many seconds leaves memory. Default: 600.</summary>
    [Range(1, 86400)]
    public int IdleSeconds { get; init; } = 600;

    /// <summary>
    /// Seconds between purges of expired items of meshes in memory, and between looks at their logs for what is too old. Default: 300.
    /// </summary>
    [Range(1, 86400)]
    public int PurgeSeconds { get; init; } = 300;

    internal MeshLimits Limits => new(MaxMemoryBytes, TimeSpan.FromSeconds(IdleSeconds), TimeSpan.FromSeconds(PurgeSeconds));
}
