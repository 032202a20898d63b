using Google.Protobuf.WellKnownTypes;
using Syntha.Benchmarks.Baselines;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// The server's memory for an idle open stream, against a bare stream: the growth of resident memory by 8,000 more streams, divided by
/// their number. Each sample comes from a new process. That process has opened and closed some streams before, so that its code is
/// compiled, but few, so that it keeps no memory for later ones. Both processes collect garbage after a few megabytes, because garbage from
/// opening a stream is not memory of an open stream.
/// </summary>
internal static class StreamIdleScenario
{
    private const string UserId = "idle";
    private const double KilobyteBytes = 1_000;
    private static readonly LoadShape WarmUp = new(4, 100);
    private static readonly LoadShape Shape = new(4, 2_000);

    // The budget of the youngest generation, in bytes, hexadecimal: 4 MiB.
    private static readonly KeyValuePair<string, string> SmallBudget = new("DOTNET_GCgen0size", "400000");
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        run.ServerEnvironment = [SmallBudget];
        try
        {
            await MeasureAsync(run, cancellationToken);
        }
        finally
        {
            run.ServerEnvironment = [];
        }
    }

    private static async Task MeasureAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var (ours, bare) = (new List<double>(), new List<double>());
        for (var sample = 0; sample < run.Plan.Rounds; sample++)
        {
            await using (var server = await run.StartSynthaAsync(
                run.Scratch.NewPath("stream-idle"), cancellationToken, $"--Streams:MaxPerUser={2 * Shape.InFlight}"))
            {
                ours.Add(await SampleAsync("ours", server, MeshCalls.Subscribe(UserId), StreamMessages.CountChanges, cancellationToken));
            }

            await using (var server = await run.StartBareAsync(cancellationToken))
            {
                var call = GrpcRequest.Of(BareContract.FanPath, userId: null, new Int32Value());
                bare.Add(await SampleAsync("bare", server, call, StreamMessages.CountBare, cancellationToken));
            }
        }

        run.Add(new(
            "An idle stream, resident memory",
            Unit.Kilobytes,
            new("ours", ours),
            new("bare idle stream", bare),
            Target.RatioAtMost(1.5)));
    }

    private static async Task<double> SampleAsync(
        string name, ServerProcess server, GrpcRequest call, StreamMessages.ChangeCounter changesOf, CancellationToken cancellationToken)
    {
        StreamSet.Open(server.Address, WarmUp, call, changesOf, cancellationToken).Dispose();
        await Task.Delay(Settling, cancellationToken);
        var before = server.Usage.ResidentBytes;
        using var streams = StreamSet.Open(server.Address, Shape, call, changesOf, cancellationToken);
        await Task.Delay(Settling, cancellationToken);
        var kilobytes = (server.Usage.ResidentBytes - before) / KilobyteBytes / Shape.InFlight;
        BenchmarkRun.Report($"{name}: {Unit.Kilobytes.Format(kilobytes)} a stream, {before / KilobyteBytes / KilobyteBytes:N0} MB before");
        return kilobytes;
    }
}
