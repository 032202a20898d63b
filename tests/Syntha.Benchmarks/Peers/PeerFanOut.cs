using System.Globalization;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Peers;

/// <summary>Durable writes, a few in flight, that 100 and 1,000 watchers hear of. Each watcher has a stream, on four connections.</summary>
internal static class PeerFanOut
{
    private const int Keys = 1_000;
    private const int InFlight = 4;
    private const int Connections = 4;
    private static readonly int[] WatcherCounts = [100, 1_000];

    public static async Task MeasureAsync(
        BenchmarkRun run,
        RoundPlan plan,
        IReadOnlyDictionary<PeerKind, IPeer> peers,
        PeerTable table,
        CancellationToken cancellationToken)
    {
        var watched = peers.Where(peer => peer.Value is GrpcPeer).Select(peer => (peer.Key, (GrpcPeer)peer.Value)).ToList();
        foreach (var watchers in WatcherCounts)
        {
            await MeasureAsync(run, plan, watched, watchers, table, cancellationToken);
        }
    }

    private static async Task MeasureAsync(
        BenchmarkRun run,
        RoundPlan plan,
        List<(PeerKind Kind, GrpcPeer Peer)> peers,
        int watchers,
        PeerTable table,
        CancellationToken cancellationToken)
    {
        var opened = new List<StreamSet>();
        try
        {
            var contenders = new List<Contender>();
            foreach (var (kind, peer) in peers)
            {
                opened.Add(StreamSet.Open(
                    peer.Server.Address, new(Connections, watchers / Connections), peer.Watch, peer.CountChanges, cancellationToken));
                var writes = MeshCalls.OfKeys(Keys, number => peer.Put(MeshCalls.Key(number), BenchmarkValue.Of(number)));
                var fan = new FanOut(peer.Server, opened[^1], watchers, ordinal => writes[ordinal % Keys], InFlight);
                contenders.Add(new($"{kind.Name}, {watchers:N0} watchers", peer.Server, fan.RunRoundAsync));
            }

            var what = $"Events to {watchers:N0} watchers, {InFlight} writes in flight";
            var measured = await InterleavedRounds.MeasureAsync(run, contenders, cancellationToken, ownPlan: plan);
            foreach (var (peer, rate) in peers.Zip(measured))
            {
                table.Add(what, peer.Kind, string.Create(
                    CultureInfo.InvariantCulture, $"{rate.Median:N0}/s · {rate.MedianProcessorMicroseconds:0.0} µs"));
            }

            foreach (var (peer, rate) in peers.Zip(measured).Skip(1))
            {
                run.Add(new(what, Unit.PerSecond, measured[0], rate with { Name = peer.Kind.Name }, Target.RatioAtLeast(2)));
            }
        }
        finally
        {
            opened.ForEach(streams => streams.Dispose());
        }
    }
}
