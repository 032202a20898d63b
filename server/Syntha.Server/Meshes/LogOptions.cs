using System.ComponentModel.DataAnnotations;
using Syntha.Mesh.Log;

namespace Syntha.Server.Meshes;

/// <summary>
/// How much of each user's change log is kept, whichever of these is reached first. Streams can resume within it. Items are the present and
/// stay, however old. Section <c>Log</c>.
/// </summary>
public sealed record LogOptions
{
    public const string Section = "Log";

    /// <summary>How many changes are kept. A log is trimmed when it is a thirty-second beyond. Default: 100,000; from 1.</summary>
    [Range(1, long.MaxValue / 2)]
    public long MaxChanges { get; init; } = LogLimits.Default.MaxChanges;

    /// <summary>
    /// How many bytes of keys, values and metadata are kept, likewise; 100 more count for each change. Default: as many as the user may
    /// hold, <c>Quotas:MaxBytes</c> or what an operator has set; from 1 KiB.
    /// </summary>
    [Range(LogLimits.LeastBytes, LogLimits.MostBytes)]
    public long? MaxBytes { get; init; }

    /// <summary>For how many seconds a change is kept, likewise. Default: 604,800, which is 7 days; at most 10 years.</summary>
    [Range(1, 315_360_000)]
    public int MaxAgeSeconds { get; init; } = (int)LogLimits.Default.MaxAge.TotalSeconds;

    internal LogLimits Limits => new(MaxChanges, MaxBytes ?? LogLimits.Default.MaxBytes, TimeSpan.FromSeconds(MaxAgeSeconds));
}
