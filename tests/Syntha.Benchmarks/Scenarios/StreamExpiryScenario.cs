using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Results;
using Syntha.V1;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// The time from the moment at which an item expires to the message at a subscriber. Items live for 200 ms and are pushed one after the
/// other at a steady pace. The moment is the item's own, by the clock of the machine, which the server and the subscriber share.
/// </summary>
internal static class StreamExpiryScenario
{
    private const string UserId = "expiry";
    private const int PerSecond = 100;
    private static readonly TimeSpan TimeToLive = TimeSpan.FromMilliseconds(200);

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var ours = await run.StartSynthaAsync(run.Scratch.NewPath("stream-expiry"), cancellationToken);
        var items = (int)(run.Plan.RoundLength.TotalSeconds * run.Plan.Rounds * PerSecond);
        var moments = new ConcurrentDictionary<string, DateTimeOffset>();
        var late = new ConcurrentQueue<double>();
        using var stream = EventStream.Open(ours.Address, UserId, Take, cancellationToken);
        await PushAsync(PerSecond);
        late.Clear();
        await PushAsync(items);

        var target = Target.AtMost(50, Unit.Milliseconds);
        run.Add(new("Expiry told after its moment, median", Unit.Milliseconds, new("ours", [.. late]), null, target));
        run.Add(new(
            "Expiry told after its moment, p99",
            Unit.Milliseconds,
            new("ours", [Measurement.PercentileOf(late, 0.99)]),
            null,
            Target.None));

        async Task PushAsync(int count)
        {
            var before = stream.Changes;
            var pushes = Enumerable.Range(0, count).Select(number => GrpcRequest.Of(
                "/syntha.v1.ContextMesh/Push",
                UserId,
                new PushRequest
                {
                    Item = new() { Key = MeshCalls.Key(number), ValueJson = BenchmarkValue.Json, Ttl = Duration.FromTimeSpan(TimeToLive) },
                }));
            await PacedLoad.RunAsync(ours.Address, PerSecond, [.. pushes], cancellationToken);
            // Each item makes two changes: when it is pushed and when it expires.
            await stream.WaitForChangesAsync(before + (2 * count), cancellationToken);
        }

        void Take(Change change)
        {
            if (change.Kind == ChangeKind.Expired && moments.TryRemove(change.Key, out var moment))
            {
                late.Enqueue((TimeProvider.System.GetUtcNow() - moment).TotalMilliseconds);
            }
            else if (change.Item?.ExpireTime is { } expires)
            {
                moments[change.Key] = expires.ToDateTimeOffset();
            }
        }
    }
}
