using System.Diagnostics;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// The time from the acknowledgement of a push to the change at its subscriber. 1,000 durable pushes a second are sent at fixed moments,
/// even when those before are not answered yet, and one subscriber reads on another connection. The baseline is empty RPCs at the same
/// pace. A change that comes before the acknowledgement counts as 0.
/// </summary>
internal static class StreamLatencyScenario
{
    private const string UserId = "subscriber";
    private const int PerSecond = 1_000;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var bare = await run.StartBareAsync(cancellationToken);
        await using var ours = await run.StartSynthaAsync(run.Scratch.NewPath("stream-latency"), cancellationToken);
        var calls = (int)(run.Plan.RoundLength.TotalSeconds * PerSecond);
        var pushes = Enumerable.Range(0, calls)
            .Select(number => MeshCalls.Push(UserId, MeshCalls.Key(number), BenchmarkValue.Of(number))).ToList();
        var nothings = Enumerable.Repeat(Servers.EmptyCall, calls).ToList();
        var received = new long[calls];
        using var stream = EventStream.Open(
            ours.Address, UserId, change => received[EventStream.NumberOf(change.Key)] = Stopwatch.GetTimestamp(), cancellationToken);

        var (empty, acknowledged, sinceSent, sinceAcknowledged) = (new RoundTimes(), new RoundTimes(), new RoundTimes(), new RoundTimes());
        var compilation = new Compilation(bare, ours);
        for (var round = 0; round < run.Plan.Rounds;)
        {
            var ofNothing = await PacedLoad.RunAsync(bare.Address, PerSecond, nothings, cancellationToken);
            var before = stream.Changes;
            var ofPush = await PacedLoad.RunAsync(ours.Address, PerSecond, pushes, cancellationToken);
            await stream.WaitForChangesAsync(before + calls, cancellationToken);
            if (!compilation.IsOver())
            {
                continue;
            }

            round++;
            empty.Add(ofNothing.Sent, ofNothing.Answered);
            acknowledged.Add(ofPush.Sent, ofPush.Answered);
            sinceSent.Add(ofPush.Sent, received);
            sinceAcknowledged.Add(ofPush.Answered, received);
        }

        AddLines(run, "Acknowledged to received", sinceAcknowledged, empty, Target.RatioAtMost(3));
        AddLines(run, "Push sent to received", sinceSent, empty, Target.None);
        AddLines(run, "Push sent to acknowledged", acknowledged, empty, Target.None);
        run.Note(
            $"stream-latency: {sinceAcknowledged.ShareOfNone:P0} of the changes came before their acknowledgements and count as 0; "
            + $"{(double)stream.Changes / stream.Messages:0.00} changes a message.");
    }

    private static void AddLines(BenchmarkRun run, string what, RoundTimes ours, RoundTimes empty, Target target)
    {
        var load = $"{what}, 1 subscriber, {PerSecond:N0}/s";
        run.Add(new($"{load}, p50", Unit.Microseconds, ours.At("ours", 0.5), empty.At("empty RPC", 0.5), target));
        run.Add(new(
            $"{load}, p99", Unit.Microseconds, ours.At("ours", 0.99), empty.At("empty RPC", 0.99), Target.None));
    }
}
