using System.Diagnostics;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// The time from the acknowledgement of a push over gRPC to the change at a subscriber over HTTP, against a subscriber over gRPC, in turn.
/// A change that comes before the acknowledgement counts as 0.
/// </summary>
internal static class DoorsStreamScenario
{
    private const string UserId = "listener";
    private const int PerSecond = 1_000;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var server = await run.StartSynthaAsync(run.Scratch.NewPath("doors-stream"), cancellationToken);
        var calls = (int)(run.Plan.RoundLength.TotalSeconds * PerSecond);
        var pushes = Enumerable.Range(0, calls)
            .Select(number => MeshCalls.Push(UserId, MeshCalls.Key(number), BenchmarkValue.Of(number))).ToList();
        var received = new long[calls];
        var (overHttp, overGrpc) = (new List<double[]>(), new List<double[]>());
        var compilation = new Compilation(server);
        while (overGrpc.Count < run.Plan.Rounds)
        {
            var (ofHttp, ofGrpc) = (await OverHttpAsync(), await OverGrpcAsync());
            if (compilation.IsOver())
            {
                overHttp.Add(ofHttp);
                overGrpc.Add(ofGrpc);
            }
        }

        foreach (var (name, share, target) in ((string, double, Target)[])[("p50", 0.5, Target.None), ("p99", 0.99, Target.RatioAtMost(2))])
        {
            run.Add(new(
                $"Acknowledged to received, {PerSecond:N0}/s, {name}",
                Unit.Microseconds,
                Of("over HTTP", overHttp, share),
                Of("over gRPC", overGrpc, share),
                target));
        }

        async Task<double[]> OverHttpAsync()
        {
            using var stream = ServerSentStream.Open(server.Http, UserId, Take);
            return await TimedAsync(() => stream.WaitForChangesAsync(calls, cancellationToken));
        }

        async Task<double[]> OverGrpcAsync()
        {
            using var stream = EventStream.Open(server.Address, UserId, change => Take(change.Key), cancellationToken);
            return await TimedAsync(() => stream.WaitForChangesAsync(calls, cancellationToken));
        }

        async Task<double[]> TimedAsync(Func<Task> waitAsync)
        {
            var pushed = await PacedLoad.RunAsync(server.Address, PerSecond, pushes, cancellationToken);
            await waitAsync();
            return [.. pushed.Answered.Zip(
                received, (begin, end) => end > begin ? Stopwatch.GetElapsedTime(begin, end).TotalMicroseconds : 0)];
        }

        void Take(string key) => received[EventStream.NumberOf(key)] = Stopwatch.GetTimestamp();
    }

    private static Measurement Of(string name, List<double[]> rounds, double share) =>
        new(name, [.. rounds.Select(round => Measurement.PercentileOf(round, share))]);
}
