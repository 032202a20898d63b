using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Processes;

namespace Syntha.Benchmarks.Measuring;

/// <summary>One side of a comparison: something that has a rate. Not thread-safe.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Server">Whose processor time a call costs; null: not told.</param>
/// <param name="RunRoundAsync">Runs one round of about that length.</param>
internal sealed record Contender(
    string Name, ServerProcess? Server, Func<TimeSpan, CancellationToken, Task<LoadResult>> RunRoundAsync)
{
    // Small, because nothing is known yet about who answers; the next round has the length that it should have.
    private const int FirstRoundCalls = 2_560;
    private const int MostRoundCalls = 2_000_000;

    /// <summary>A contender whose round is a number of calls.</summary>
    public static Contender OfCalls(string name, ServerProcess server, Func<int, CancellationToken, Task<LoadResult>> runAsync)
    {
        var calls = FirstRoundCalls;
        return new(name, server, async (length, cancellationToken) =>
        {
            var result = await runAsync(calls, cancellationToken);
            var fitting = result.Rate * length.TotalSeconds / LoadShape.Standard.InFlight;
            calls = Math.Clamp((int)fitting, 1, MostRoundCalls / LoadShape.Standard.InFlight) * LoadShape.Standard.InFlight;
            return result;
        });
    }
}
