using System.ComponentModel.DataAnnotations;

namespace Syntha.Server.Admission;

/// <summary>
/// How often each user may call this node, unless an operator has set another rate for that user. Section <c>RateLimit</c>.
/// </summary>
public sealed record RateLimitOptions
{
    public const string Section = "RateLimit";

    /// <summary>Calls of one user per second in the long run. A stream counts once, when it opens. Default: 500.</summary>
    [Range(1, 1_000_000_000)]
    public int CallsPerSecond { get; init; } = 500;

    /// <summary>How many calls may come at once after a pause. Default: twice <see cref="CallsPerSecond"/>.</summary>
    [Range(1, 2_000_000_000)]
    public int? Burst { get; init; }
}
