using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Syntha.Benchmarks.Baselines;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;
using Syntha.V1;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// A stream that begins before 100,000 changes of 256 bytes each, from its opening to the last change: changes from commands of 2,000
/// items, and changes from single pushes. The baseline is a bare stream of as many messages and bytes. The server was restarted before, so
/// that no part of the log is in memory.
/// </summary>
internal static class StreamReplayScenario
{
    private const int Changes = 100_000;
    private const string CommandsUser = "commands";
    private const string PushesUser = "pushes";

    // A BytesValue adds at most this much to a message of this size.
    private const int BytesAroundValue = 5;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var dataFolder = run.Scratch.NewPath("stream-replay");
        await using (var server = await StartAsync())
        {
            using var clients = new MeshClients(server);
            await clients.FillAsync(CommandsUser, Enumerable.Range(0, Changes).Select(Entry), cancellationToken);
            await DistinctLoad.RunAsync(
                server.Address, LoadShape.Standard, Changes,
                (_, number) => MeshCalls.Push(PushesUser, MeshCalls.Key(number), BenchmarkValue.Of(number)), cancellationToken);
        }

        await using var bare = await run.StartBareAsync(cancellationToken);
        await using var ours = await StartAsync();
        foreach (var (what, userId) in ((string, string)[])[("of commands of 2,000", CommandsUser), ("of single pushes", PushesUser)])
        {
            await MeasureAsync(run, ours, bare, what, userId, cancellationToken);
        }

        Task<ServerProcess> StartAsync() => run.StartSynthaAsync(
            dataFolder, cancellationToken, $"--Log:MaxChanges={3 * Changes}", "--Log:MaxBytes=1000000000");
    }

    private static ItemWrite Entry(int number) => new() { Key = MeshCalls.Key(number), ValueJson = BenchmarkValue.Of(number) };

    private static async Task MeasureAsync(
        BenchmarkRun run, ServerProcess ours, ServerProcess bare, string what, string userId, CancellationToken cancellationToken)
    {
        var stats = await run.Probe.AskAsync(ours.Address, MeshCalls.GetStats(userId), GetStatsResponse.Parser, cancellationToken);
        var replay = MeshCalls.Subscribe(userId, new() { After = new() { Epoch = stats.Position.Epoch } });
        var first = Read(ours, replay, StreamMessages.CountChanges, Changes, cancellationToken);
        if (first.Through != stats.Position.Revision)
        {
            throw new BenchmarkException($"The replay ended at revision {first.Through}, the mesh at {stats.Position.Revision}.");
        }

        var bytes = (int)(first.Bytes / first.Messages) - BytesAroundValue;
        var flow = GrpcRequest.Of(BareContract.FlowPath, userId: null, new Duration { Seconds = first.Messages, Nanos = bytes });
        var measured = await InterleavedRounds.MeasureAsync(
            run,
            [
                new($"replay {what}", ours, (_, token) => Task.Run(
                    () => Result(Read(ours, replay, StreamMessages.CountChanges, Changes, token)), token)),
                new("bare stream", bare, (_, token) => Task.Run(
                    () => Result(Read(bare, flow, StreamMessages.CountBare, first.Messages, token)), token)),
            ],
            cancellationToken);
        run.Add(new($"Replay of {Changes:N0} changes {what}", Unit.PerSecond, measured[0], measured[1], Target.RatioAtLeast(0.5)));
        run.Note(
            $"stream-replay {what}: {first.Messages:N0} messages of {first.Bytes / first.Messages:N0} bytes; "
            + $"the first after the restart took {first.Seconds:0.00} s.");
    }

    // Both rates count changes, not messages.
    private static LoadResult Result(Replay replay) => new(Changes / replay.Seconds, Changes, replay.Bytes);

    private static Replay Read(
        ServerProcess server, GrpcRequest call, StreamMessages.ChangeCounter changesOf, long changes, CancellationToken cancellationToken)
    {
        using var tally = new StreamTally();
        byte[] last = [];
        var began = Stopwatch.GetTimestamp();
        using var connection = new StreamConnection(server.Address, [call], (_, message) =>
        {
            var count = changesOf(message);
            if (tally.Changes + count == Changes)
            {
                last = message.ToArray();
            }

            tally.Add(count, message.Length);
        });
        tally.WaitForChanges(changes, connection.ThrowIfFailed, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var through = changes == Changes ? SubscribeResponse.Parser.ParseFrom(last).Changes.Through?.Revision : null;
        return new(seconds, tally.Messages, tally.Bytes, through);
    }

    private sealed record Replay(double Seconds, long Messages, long Bytes, long? Through);
}
