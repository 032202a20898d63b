using System.Diagnostics;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Processes;

namespace Syntha.Benchmarks.Measuring;

/// <summary>Writes that many streams hear of, measured in changes that the streams receive. Not thread-safe.</summary>
/// <param name="server">The server.</param>
/// <param name="streams">The open streams.</param>
/// <param name="streamCount">How many they are.</param>
/// <param name="callOf">The write with this ordinal. Each write is one change.</param>
/// <param name="inFlight">Writes in flight. With 1, the next write is sent when all streams have the one before.</param>
internal sealed class FanOut(ServerProcess server, StreamSet streams, int streamCount, Func<int, GrpcRequest> callOf, int inFlight)
{
    private const int FirstRoundCalls = 20;
    private int calls = FirstRoundCalls;

    public ServerProcess Server => server;

    public List<double> ChangesPerMessage { get; } = [];

    public async Task<LoadResult> RunRoundAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        var (messages, changes) = (streams.Messages, streams.Changes);
        var watch = Stopwatch.StartNew();
        await DistinctLoad.RunAsync(
            server.Address,
            new(1, inFlight),
            calls,
            (_, ordinal) =>
            {
                if (inFlight == 1)
                {
                    streams.WaitForChanges(changes + ((long)ordinal * streamCount), cancellationToken);
                }

                return callOf(ordinal);
            },
            cancellationToken);
        await Task.Run(() => streams.WaitForChanges(changes + ((long)calls * streamCount), cancellationToken), cancellationToken);
        var seconds = watch.Elapsed.TotalSeconds;

        messages = streams.Messages - messages;
        changes = streams.Changes - changes;
        ChangesPerMessage.Add((double)changes / messages);
        calls = Math.Max(1, (int)(calls * length.TotalSeconds / seconds));
        return new(changes / seconds, changes, AnswerBytes: 0);
    }
}
