using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Processes;
using Syntha.V1;

namespace Syntha.Benchmarks.Peers;

/// <summary>Our server with SQLite, as it is shipped, with higher quotas.</summary>
internal sealed class SynthaPeer(BenchmarkRun run, ServerProcess server) : GrpcPeer(run, server)
{
    private const string UserId = "peer";

    public override GrpcRequest Watch => MeshCalls.Subscribe(UserId);

    public static async Task<IPeer> StartAsync(BenchmarkRun run, string dataFolder, CancellationToken cancellationToken)
    {
        const int MostStreams = 10_000;
        return new SynthaPeer(
            run, await run.StartSynthaAsync(dataFolder, cancellationToken, $"--Streams:MaxPerUser={MostStreams}"));
    }

    public override GrpcRequest Get(string key) => MeshCalls.Get(UserId, key);

    public override GrpcRequest Put(string key, string value) => MeshCalls.Push(UserId, key, value);

    public override int CountChanges(ReadOnlySpan<byte> message) => StreamMessages.CountChanges(message);

    public override int ReadChanges(ReadOnlySpan<byte> message, Action<string> changed)
    {
        var changes = SubscribeResponse.Parser.ParseFrom(message).Changes?.Changes_ ?? [];
        foreach (var change in changes)
        {
            changed(change.Key);
        }

        return changes.Count;
    }

    public override async Task FillAsync(int items, int valueBytes, CancellationToken cancellationToken)
    {
        using var clients = new MeshClients(Server);
        var entries = Enumerable.Range(0, items)
            .Select(number => new ItemWrite { Key = MeshCalls.Key(number), ValueJson = BenchmarkValue.Of(number, valueBytes) });
        await clients.FillAsync(UserId, entries, cancellationToken);
    }
}
