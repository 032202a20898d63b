namespace Syntha.Benchmarks.Fairness;

internal static class HeldWork
{
    public static Task MeasureAsync(BenchmarkRun run, CancellationToken cancellationToken) => Task.CompletedTask;
}
