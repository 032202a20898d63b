namespace Syntha.Client;

/// <summary>Sums over outcomes.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="Succeeded">How many succeeded.</param>
/// <param name="Failed">How many did not.</param>
/// <param name="AverageDuration">Of those that told one; <see langword="null"/> where none did.</param>
public sealed record OutcomeMetrics(long Total, long Succeeded, long Failed, TimeSpan? AverageDuration)
{
    /// <summary>Share that succeeded, from 0 to 1; 0 where there are none.</summary>
    public double SuccessRate => Total == 0 ? 0 : (double)Succeeded / Total;

    /// <summary>Share that did not, from 0 to 1; 0 where there are none.</summary>
    public double ErrorRate => Total == 0 ? 0 : (double)Failed / Total;

    internal static OutcomeMetrics From(V1.OutcomeMetrics wire) =>
        new(wire.Total, wire.Succeeded, wire.Failed, wire.AverageDuration?.ToTimeSpan());
}
