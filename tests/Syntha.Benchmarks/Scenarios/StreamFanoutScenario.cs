using Google.Protobuf.WellKnownTypes;
using Syntha.Benchmarks.Baselines;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// Durable pushes of one item each to 1,000 streams of one user. The baseline is a bare method with 1,000 streams, each of which sends a
/// message of the same size for each call. "One at a time": the next push is sent when all streams have the one before, so a message holds
/// one revision. "A few in flight": a stream that falls behind puts several revisions into a message, which a bare stream does not.
/// </summary>
internal static class StreamFanoutScenario
{
    private const string UserId = "fan";
    private const int Keys = 1_000;
    private const int FewInFlight = 4;

    // A BytesValue adds this much to a message of this size.
    private const int BytesAroundValue = 3;

    private static readonly LoadShape Shape = new(4, 250);

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var bare = await run.StartBareAsync(cancellationToken);
        await using var ours = await run.StartSynthaAsync(
            run.Scratch.NewPath("stream-fanout"), cancellationToken, $"--Streams:MaxPerUser={2 * Shape.InFlight}");
        var pushes = MeshCalls.OfKeys(Keys, number => MeshCalls.Push(UserId, MeshCalls.Key(number), BenchmarkValue.Of(number)));
        var ring = GrpcRequest.Of(BareContract.RingPath, userId: null, new Empty());

        using var oursStreams = StreamSet.Open(
            ours.Address, Shape, MeshCalls.Subscribe(UserId), StreamMessages.CountChanges, cancellationToken);
        await run.Probe.ConfirmAsync(ours.Address, pushes[0], cancellationToken);
        oursStreams.WaitForChanges(Shape.InFlight, cancellationToken);
        var messageBytes = (int)(oursStreams.Bytes / oursStreams.Messages);
        using var bareStreams = StreamSet.Open(
            bare.Address,
            Shape,
            GrpcRequest.Of(BareContract.FanPath, userId: null, new Int32Value { Value = messageBytes - BytesAroundValue }),
            StreamMessages.CountBare,
            cancellationToken);

        var fans = new List<FanOut>();
        foreach (var inFlight in (int[])[1, FewInFlight])
        {
            fans.Add(new(ours, oursStreams, Shape.InFlight, ordinal => pushes[ordinal % Keys], inFlight));
            fans.Add(new(bare, bareStreams, Shape.InFlight, _ => ring, inFlight));
        }

        var measured = await InterleavedRounds.MeasureAsync(
            run,
            [.. fans.Select((fan, index) => new Contender(index % 2 == 0 ? "streams" : "bare streams", fan.Server, fan.RunRoundAsync))],
            cancellationToken);
        run.Add(new(
            $"Fan-out to {Shape.InFlight:N0} streams, 1 in flight, messages of {RevisionsPerMessage(fans[0]):0.0} revisions",
            Unit.PerSecond,
            measured[0],
            measured[1],
            Target.RatioAtLeast(0.5)));
        // Our message may hold several revisions, a bare stream's message one. So revisions are compared, not messages.
        run.Add(new(
            $"Fan-out to {Shape.InFlight:N0} streams, {FewInFlight} in flight, revisions, {RevisionsPerMessage(fans[2]):0.0} a message",
            Unit.PerSecond,
            measured[2],
            measured[3],
            Target.RatioAtLeast(0.5)));
        run.Note($"stream-fanout: a message of one revision has {messageBytes} bytes; {Shape.Connections} connections.");

        double RevisionsPerMessage(FanOut fan) => Measurement.MedianOf([.. fan.ChangesPerMessage.TakeLast(run.Plan.Rounds)]);
    }
}
