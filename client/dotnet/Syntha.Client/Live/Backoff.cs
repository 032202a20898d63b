namespace Syntha.Client;

/// <summary>
/// How long to wait before the next attempt: at random between zero and a bound that doubles with each failure. So subscribers that lost
/// one server do not come to the next all at once. For one subscription.
/// </summary>
/// <param name="initial">The bound of the first wait.</param>
/// <param name="longest">The value up to which the bound doubles.</param>
/// <param name="random">A number from 0 up to, but not including, 1.</param>
internal sealed class Backoff(TimeSpan initial, TimeSpan longest, Func<double> random)
{
    private const double Growth = 2;

    /// <summary>How many attempts in a row have failed.</summary>
    internal int Failures { get; private set; }

    internal void Reset() => Failures = 0;

    /// <param name="asked">The shortest wait that the server asks for. It counts up to the longest wait.</param>
    internal TimeSpan Next(TimeSpan? asked)
    {
        // The power ends at infinity and does not overflow.
        var bound = Math.Min(longest.Ticks, initial.Ticks * Math.Pow(Growth, Failures));
        Failures++;
        var delay = TimeSpan.FromTicks((long)(bound * random()));
        return asked > TimeSpan.Zero ? Shorter(asked.Value, longest - delay) + delay : delay;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
