using System.Diagnostics;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// One writer of values of 2 KiB and one reader that keeps up, on a server with 200 more streams of the same user. The readers of these
/// streams read nothing, each on a connection of its own. The baseline is a server without these streams.
/// </summary>
internal static class StreamStalledScenario
{
    private const string UserId = "stalled";
    private const int StalledReaders = 200;
    private const int ValueBytes = 2_048;
    private const int Keys = 4_096;
    private const int PushesInFlight = 8;
    private const int FirstRoundCalls = 200;
    private const double MegabyteBytes = 1_000_000;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var pushes = MeshCalls.OfKeys(Keys, number => MeshCalls.Push(UserId, MeshCalls.Key(number), BenchmarkValue.Of(number, ValueBytes)));
        await using var besides = await StartAsync();
        await using var alone = await StartAsync();
        var stalled = new List<FrameSocket>();
        try
        {
            for (var reader = 0; reader < StalledReaders; reader++)
            {
                stalled.Add(OpenAndTakeNothing(besides.Address));
            }

            using var withStalled = new Side(besides, pushes, cancellationToken);
            using var without = new Side(alone, pushes, cancellationToken);
            var memory = (besides.Usage.ResidentBytes, alone.Usage.ResidentBytes);
            var measured = await InterleavedRounds.MeasureAsync(
                run,
                [
                    new($"beside {StalledReaders} stalled readers", besides, withStalled.RunRoundAsync),
                    new("without them", alone, without.RunRoundAsync),
                ],
                cancellationToken);

            var line = $"One writer beside {StalledReaders} stalled readers";
            run.Add(new(line, Unit.PerSecond, measured[0], measured[1], Target.RatioAtLeast(0.9)));
            AddLine(0.5, Target.RatioAtMost(1.1));
            AddLine(0.99, Target.None);
            var grown = (besides.Usage.ResidentBytes - memory.Item1) / MegabyteBytes;
            var grownAlone = (alone.Usage.ResidentBytes - memory.Item2) / MegabyteBytes;
            run.Note(
                $"stream-stalled: the server beside stalled readers grew by {grown:N0} MB over {withStalled.Pushes:N0} pushes, "
                + $"the other by {grownAlone:N0} MB over {without.Pushes:N0}.");

            void AddLine(double share, Target target) => run.Add(new(
                $"Push sent to received, beside {StalledReaders} stalled readers, p{share * 100:0}",
                Unit.Microseconds,
                withStalled.LatencyAt("ours", share, run.Plan.Rounds),
                without.LatencyAt("without them", share, run.Plan.Rounds),
                target));
        }
        finally
        {
            stalled.ForEach(socket => socket.Dispose());
        }

        Task<ServerProcess> StartAsync() => run.StartSynthaAsync(
            run.Scratch.NewPath("stream-stalled"), cancellationToken, $"--Streams:MaxPerUser={2 * StalledReaders}");
    }

    private static FrameSocket OpenAndTakeNothing(Uri address)
    {
        var socket = new FrameSocket(address, grantsWindows: false);
        var output = new FrameBuffer();
        new CallWriter(address.Authority).Write(output, MeshCalls.Subscribe(UserId));
        socket.Send(output);
        return socket;
    }

    /// <summary>A server, its writer, and the reader that keeps up.</summary>
    private sealed class Side : IDisposable
    {
        private readonly ServerProcess server;
        private readonly GrpcRequest[] pushes;
        private readonly int[] keys;
        private readonly long[] sent = new long[Keys];
        private readonly List<double[]> rounds = [];
        private readonly EventStream stream;
        private readonly List<double> latencies = [];
        private int calls = FirstRoundCalls;

        public Side(ServerProcess server, GrpcRequest[] pushes, CancellationToken cancellationToken)
        {
            this.server = server;
            this.pushes = pushes;
            keys = [.. pushes
                .Select(push => V1.PushRequest.Parser.ParseFrom(push.Body.AsSpan(GrpcRequest.FramingBytes)).Item.Key)
                .Select(EventStream.NumberOf)];
            stream = EventStream.Open(
                server.Address,
                UserId,
                change => latencies.Add(TimeSince(Volatile.Read(ref sent[EventStream.NumberOf(change.Key)]))),
                cancellationToken);
        }

        public long Pushes => stream.Changes;

        private static double TimeSince(long timestamp) => Stopwatch.GetElapsedTime(timestamp).TotalMicroseconds;

        public Measurement LatencyAt(string name, double share, int lastRounds) =>
            new(name, [.. rounds.TakeLast(lastRounds).Select(round => Measurement.PercentileOf(round, share))]);

        public async Task<LoadResult> RunRoundAsync(TimeSpan length, CancellationToken cancellationToken)
        {
            latencies.Clear();
            var before = stream.Changes;
            var result = await DistinctLoad.RunAsync(server.Address, new(1, PushesInFlight), calls, Push, cancellationToken);
            await stream.WaitForChangesAsync(before + calls, cancellationToken);
            rounds.Add([.. latencies]);
            calls = Math.Max(1, (int)(result.Rate * length.TotalSeconds));
            return result;
        }

        public void Dispose() => stream.Dispose();

        private GrpcRequest Push(int slot, int ordinal)
        {
            var index = ordinal % Keys;
            Volatile.Write(ref sent[keys[index]], Stopwatch.GetTimestamp());
            return pushes[index];
        }
    }
}
