using System.Text;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Processes;

namespace Syntha.Benchmarks.Peers;

/// <summary>A peer that speaks gRPC, and has streams of changes. h2load and our own load drive both kinds in the same way.</summary>
internal abstract class GrpcPeer(BenchmarkRun run, ServerProcess server) : IPeer
{
    private const int KeyNumber = 1_234_567;

    private readonly byte[] value = Encoding.ASCII.GetBytes(BenchmarkValue.Json);

    public ServerProcess Server => server;

    /// <summary>Opens a stream of the changes of all items.</summary>
    public abstract GrpcRequest Watch { get; }

    protected BenchmarkRun Run => run;

    public abstract GrpcRequest Get(string key);

    public abstract GrpcRequest Put(string key, string value);

    /// <summary>Counts the changes in a message of such a stream. The first message has none.</summary>
    public abstract int CountChanges(ReadOnlySpan<byte> message);

    /// <summary>Reports the keys of the changes in a message, and counts them.</summary>
    public abstract int ReadChanges(ReadOnlySpan<byte> message, Action<string> changed);

    public abstract Task FillAsync(int items, int valueBytes, CancellationToken cancellationToken);

    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        var key = MeshCalls.Key(KeyNumber);
        await run.Probe.ConfirmAsync(server.Address, Put(key, BenchmarkValue.Json), cancellationToken);
        var answer = await run.Probe.ConfirmAsync(server.Address, Get(key), cancellationToken);
        if (answer.AsSpan().IndexOf(value) < 0)
        {
            throw new BenchmarkException("A read does not answer the value that was written.");
        }
    }

    public async Task<LoadResult> GetAsync(LoadShape shape, int calls, CancellationToken cancellationToken)
    {
        var result = await run.H2Load.RunTimedAsync(
            server.Address, Get(MeshCalls.Key(KeyNumber)), shape, calls, cancellationToken);
        return result.AnswerBytes > result.Calls * value.Length
            ? result
            : throw new BenchmarkException("Not every read answered the value.");
    }

    public async Task<LoadResult> PutAsync(LoadShape shape, int calls, CancellationToken cancellationToken)
    {
        var result = await run.H2Load.RunTimedAsync(
            server.Address, Put(MeshCalls.Key(KeyNumber), BenchmarkValue.Json), shape, calls, cancellationToken);
        // A write that failed has no message.
        return result.AnswerBytes > result.Calls * GrpcRequest.FramingBytes
            ? result
            : throw new BenchmarkException("Not every write was acknowledged.");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
