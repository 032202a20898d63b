using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>Our own load generator against h2load, both on the empty RPC. It shows how comparable their figures are.</summary>
internal static class GeneratorScenario
{
    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var bare = await run.StartBareAsync(cancellationToken);
        var measured = await InterleavedRounds.MeasureAsync(
            run,
            [
                EmptyRpc.ByDistinctLoad(bare) with { Name = "own generator" },
                EmptyRpc.ByH2Load(run, bare) with { Name = "h2load" },
            ],
            cancellationToken);
        run.Add(new("Empty RPC by our own load generator", Unit.PerSecond, measured[0], measured[1], Target.None));
    }
}
