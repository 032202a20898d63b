using System.Globalization;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Peers;

/// <summary>
/// Reads and durable writes of one item of 256 bytes. Calls of gRPC share four connections. Commands of Redis have a connection each,
/// because its clients do it so. The gRPC servers are measured that way too.
/// </summary>
internal static class PeerRates
{
    private static readonly (string Text, LoadShape Shape)[] Loads =
    [
        ("1 in flight", new(1, 1)),
        ("64 in flight", new(4, 16)),
        ("64 in flight, each on its own connection", new(64, 1)),
        ("128 in flight", LoadShape.Standard),
    ];

    public static async Task MeasureAsync(
        BenchmarkRun run,
        RoundPlan plan,
        IReadOnlyDictionary<PeerKind, IPeer> peers,
        PeerTable table,
        CancellationToken cancellationToken)
    {
        var cells = peers.Keys.SelectMany(kind => Loads.SelectMany(load => (Cell[])[
            new(kind, IsPut: false, ShapeOf(peers[kind], load.Shape)), new(kind, IsPut: true, ShapeOf(peers[kind], load.Shape))]))
            .Distinct().ToList();
        var times = cells.ToDictionary(cell => cell, _ => new List<CallTimes>());
        var measured = await InterleavedRounds.MeasureAsync(
            run, [.. cells.Select(cell => ContenderOf(cell, peers[cell.Kind], times[cell]))], cancellationToken, ownPlan: plan);
        // h2load counts a gRPC call that fails as a success. A server that has begun to fail is found here.
        foreach (var peer in peers.Values)
        {
            await peer.ConfirmAsync(cancellationToken);
        }

        var rates = cells.Zip(measured).ToDictionary(pair => pair.First, pair => pair.Second);
        foreach (var isPut in (bool[])[false, true])
        {
            foreach (var (text, shape) in Loads)
            {
                var what = $"{(isPut ? "Durable write" : "Read")}, {text}";
                Measurement? ours = null;
                foreach (var (kind, peer) in peers)
                {
                    var cell = new Cell(kind, isPut, ShapeOf(peer, shape));
                    table.Add(what, kind, Text(rates[cell], [.. times[cell].TakeLast(plan.Rounds)]));
                    ours ??= rates[cell];
                    if (kind != PeerKind.Ours)
                    {
                        run.Add(new(
                            what, Unit.PerSecond, ours, rates[cell] with { Name = kind.Name }, TargetOf(isPut, shape.InFlight, kind.Name)));
                    }
                }
            }
        }
    }

    private static LoadShape ShapeOf(IPeer peer, LoadShape shape) => peer is GrpcPeer ? shape : new(shape.InFlight, 1);

    private static Target TargetOf(bool isPut, int inFlight, string peer) => (isPut, inFlight, peer) switch
    {
        (true, 128, "etcd") => Target.RatioAtLeast(2.5),
        (true, 64, "Redis") => Target.RatioAtLeast(1),
        (false, 64, "Redis") => Target.RatioAtLeast(1.4),
        _ => Target.None,
    };

    private static Contender ContenderOf(Cell cell, IPeer peer, List<CallTimes> times)
    {
        var (kind, isPut, shape) = cell;
        return Contender.OfCalls(
            $"{kind.Name}, {(isPut ? "write" : "read")}, {shape.Connections} x {shape.StreamsPerConnection}",
            peer.Server,
            async (calls, token) =>
            {
                var result = await (isPut ? peer.PutAsync(shape, calls, token) : peer.GetAsync(shape, calls, token));
                times.Add(result.Times!);
                return result;
            });
    }

    private static string Text(Measurement rate, IReadOnlyList<CallTimes> times)
    {
        var (p50, p99) = (MillisecondsOf(time => time.P50), MillisecondsOf(time => time.P99));
        return string.Create(
            CultureInfo.InvariantCulture, $"{rate.Median:N0}/s · {rate.MedianProcessorMicroseconds:N0} µs · {p50:0.0#} / {p99:0.0#} ms");

        double MillisecondsOf(Func<CallTimes, double> timeOf) =>
            TimeSpan.FromMicroseconds(Measurement.MedianOf([.. times.Select(timeOf)])).TotalMilliseconds;
    }

    private sealed record Cell(PeerKind Kind, bool IsPut, LoadShape Shape);
}
