using Syntha.Benchmarks.Load;

namespace Syntha.Benchmarks.Measuring;

/// <summary>One side of a comparison: something that has a rate. Not thread-safe.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="MeasureRateAsync">Runs one round of about that length and returns the rate per second.</param>
internal sealed record Contender(string Name, Func<TimeSpan, CancellationToken, Task<double>> MeasureRateAsync)
{
    // Small, because nothing is known yet about who answers; the next round has the length that it should have.
    private const int FirstRoundCalls = 2_560;
    private const int MostRoundCalls = 2_000_000;

    /// <summary>A contender whose round is a number of calls.</summary>
    public static Contender OfCalls(string name, Func<int, CancellationToken, Task<LoadResult>> runAsync)
    {
        var calls = FirstRoundCalls;
        return new(name, async (length, cancellationToken) =>
        {
            var result = await runAsync(calls, cancellationToken);
            var fitting = result.Rate * length.TotalSeconds / LoadShape.Standard.InFlight;
            calls = Math.Clamp((int)fitting, 1, MostRoundCalls / LoadShape.Standard.InFlight) * LoadShape.Standard.InFlight;
            return result.Rate;
        });
    }
}
