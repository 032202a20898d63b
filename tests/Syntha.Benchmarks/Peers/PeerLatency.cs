using System.Diagnostics;
using System.Globalization;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Peers;

/// <summary>
/// The time until a watcher has a write, when 1,000 durable writes a second are sent at fixed moments: from the sending, and from the
/// acknowledgement. A change that comes before the acknowledgement counts as 0.
/// </summary>
internal static class PeerLatency
{
    private const int PerSecond = 1_000;
    private const int WarmUpRounds = 2;
    private const int SecondsARound = 2;

    public static async Task MeasureAsync(
        BenchmarkRun run,
        RoundPlan plan,
        IReadOnlyDictionary<PeerKind, IPeer> peers,
        PeerTable table,
        CancellationToken cancellationToken)
    {
        var watches = peers.Where(peer => peer.Value is GrpcPeer)
            .Select(peer => new Watched(peer.Key, (GrpcPeer)peer.Value, cancellationToken)).ToList();
        try
        {
            for (var round = -WarmUpRounds; round < plan.Rounds; round++)
            {
                foreach (var watch in watches)
                {
                    await watch.RunRoundAsync(isWarmUp: round < 0, cancellationToken);
                }
            }
        }
        finally
        {
            watches.ForEach(watch => watch.Dispose());
        }

        AddTo(run, table, $"Acknowledged to received, {PerSecond:N0}/s", watches, watch => watch.SinceAcknowledged, hasTarget: true);
        AddTo(run, table, $"Sent to received, {PerSecond:N0}/s", watches, watch => watch.SinceSent, hasTarget: false);
    }

    private static void AddTo(
        BenchmarkRun run, PeerTable table, string what, List<Watched> watches, Func<Watched, RoundTimes> timesOf, bool hasTarget)
    {
        foreach (var watch in watches)
        {
            var times = timesOf(watch);
            table.Add($"{what}: p50 / p99 / p99.9 / longest", watch.Kind, string.Create(
                CultureInfo.InvariantCulture,
                $"{At(0.5):0.00} / {At(0.99):0.00} / {At(0.999):0.00} / {times.Longest("").Median / 1000:0.0} ms"));

            double At(double share) => times.At("", share).Median / 1000;
        }

        if (watches is [var ours, var other])
        {
            AddLine("p50", times => name => times.At(name, 0.5), Target.None);
            AddLine("p99", times => name => times.At(name, 0.99), hasTarget ? Target.RatioAtMost(1) : Target.None);
            AddLine("p99.9", times => name => times.At(name, 0.999), hasTarget ? Target.RatioAtMost(1.5) : Target.None);
            AddLine("longest", times => times.Longest, Target.None);

            void AddLine(string share, Func<RoundTimes, Func<string, Measurement>> at, Target target) => run.Add(new(
                $"{what}, {share}", Unit.Microseconds, at(timesOf(ours))("ours"), at(timesOf(other))(other.Kind.Name), target));
        }
    }

    private sealed class Watched : IDisposable
    {
        private readonly GrpcPeer peer;
        private readonly List<GrpcRequest> writes;
        private readonly long[] received;
        private readonly EventStream stream;

        public Watched(PeerKind kind, GrpcPeer peer, CancellationToken cancellationToken)
        {
            (Kind, this.peer) = (kind, peer);
            writes = [.. Enumerable.Range(0, PerSecond * SecondsARound)
                .Select(number => peer.Put(MeshCalls.Key(number), BenchmarkValue.Of(number)))];
            received = new long[writes.Count];
            stream = EventStream.Open(
                peer.Server.Address,
                peer.Watch,
                message => peer.ReadChanges(message, key => received[EventStream.NumberOf(key)] = Stopwatch.GetTimestamp()),
                cancellationToken);
        }

        public PeerKind Kind { get; }

        public RoundTimes SinceSent { get; } = new();

        public RoundTimes SinceAcknowledged { get; } = new();

        public async Task RunRoundAsync(bool isWarmUp, CancellationToken cancellationToken)
        {
            var before = stream.Changes;
            var times = await PacedLoad.RunAsync(peer.Server.Address, PerSecond, writes, cancellationToken);
            await stream.WaitForChangesAsync(before + writes.Count, cancellationToken);
            if (!isWarmUp)
            {
                SinceSent.Add(times.Sent, received);
                SinceAcknowledged.Add(times.Answered, received);
            }
        }

        public void Dispose() => stream.Dispose();
    }
}
