namespace Syntha.Client;

/// <summary>Sums over outcomes.</summary>
/// <param name="Total">Number of outcomes.</param>
/// <param name="Succeeded">Number of successes.</param>
/// <param name="Failed">Number of failures.</param>
/// <param name="AverageDuration">
/// Average duration of the outcomes that report one. <see langword="null"/> when none does.
/// </param>
public sealed record OutcomeMetrics(long Total, long Succeeded, long Failed, TimeSpan? AverageDuration)
{
    /// <summary>Share of successes, from 0 to 1. 0 when there are no outcomes.</summary>
    public double SuccessRate => Total == 0 ? 0 : (double)Succeeded / Total;

    /// <summary>Share of failures, from 0 to 1. 0 when there are no outcomes.</summary>
    public double ErrorRate => Total == 0 ? 0 : (double)Failed / Total;

    internal static OutcomeMetrics From(V1.OutcomeMetrics wire) =>
        new(wire.Total, wire.Succeeded, wire.Failed, wire.AverageDuration?.ToTimeSpan());
}
