using System.ComponentModel.DataAnnotations;
using Syntha.Mesh.Log;

namespace Syntha.Server.Meshes;

/// <summary>
/// How much of each user's change log is kept. The first bound that is reached counts. Streams can resume within the log. Items are the
/// present state, and stay however old they are. Section <c>Log</c>.
/// </summary>
public sealed record LogOptions
{
    public const string Section = "Log";

    /// <summary>How many changes are kept. A log is trimmed when it has a thirty-second more. Default: 100,000; from 1.</summary>
    [Range(1, long.MaxValue / 2)]
    public long MaxChanges { get; init; } = LogLimits.Default.MaxChanges;

    /// <summary>
    /// How many bytes of keys, values and metadata are kept. Each change counts 100 more. Default: as many as the user may hold, which
    /// <c>Quotas:MaxBytes</c> or an operator has set; from 1 KiB.
    /// </summary>
    [Range(LogLimits.LeastBytes, LogLimits.MostBytes)]
    public long? MaxBytes { get; init; }

    /// <summary>How long a change is kept. Default: 7 days; from 1 second to 3,650 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan MaxAge { get; init; } = LogLimits.Default.MaxAge;

    internal LogLimits Limits => new(MaxChanges, MaxBytes ?? LogLimits.Default.MaxBytes, MaxAge);
}
