namespace Syntha.Mesh.Items;

/// <summary>How many claims there may be, and how long they last. The limits hold for every user.</summary>
public static class ClaimLimits
{
    /// <summary>Claims of a user that are held at the same time.</summary>
    public const int MaxClaims = 10_000;

    /// <summary>The bytes of all of them with their lines, by <see cref="ClaimRecord.Bytes"/>: they are held in memory.</summary>
    public const long MaxBytes = 16 * 1024 * 1024;

    /// <summary>Callers in one line. Each place that is renewed writes the whole line.</summary>
    public const int MaxWaiting = 100;

    public const int MaxTopics = 20;
    public const int MaxSubscribers = 20;

    public static TimeSpan MinLease { get; } = TimeSpan.FromSeconds(1);

    public static TimeSpan MaxLease { get; } = TimeSpan.FromHours(24);

    public static TimeSpan UsualLease { get; } = TimeSpan.FromSeconds(60);

    public static TimeSpan MinGrace { get; } = TimeSpan.FromSeconds(1);

    public static TimeSpan MaxGrace { get; } = TimeSpan.FromMinutes(10);

    public static TimeSpan UsualGrace { get; } = TimeSpan.FromSeconds(10);
}
