using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Processes;

namespace Syntha.Benchmarks.Measuring;

/// <summary>One side of a comparison, with a rate that can be measured. Not thread-safe.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Server">The server whose processor time is measured; null: none is.</param>
/// <param name="RunRoundAsync">Runs one round of about this length.</param>
internal sealed record Contender(
    string Name, ServerProcess? Server, Func<TimeSpan, CancellationToken, Task<LoadResult>> RunRoundAsync)
{
    // Small, because the server's speed is not known yet. The next round has the right length.
    private const int FirstRoundCalls = 2_560;
    private const int MostRoundCalls = 2_000_000;

    /// <summary>A contender that makes a number of calls in each round.</summary>
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
