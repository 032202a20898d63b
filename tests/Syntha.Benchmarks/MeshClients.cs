using Grpc.Core;
using Grpc.Net.Client;
using Syntha.Benchmarks.Processes;
using Syntha.V1;

namespace Syntha.Benchmarks;

/// <summary>Calls one server through the generated client, as any user. Thread-safe.</summary>
internal sealed class MeshClients : IDisposable
{
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(30);

    private readonly GrpcChannel channel;

    public MeshClients(ServerProcess server)
    {
        channel = GrpcChannel.ForAddress(server.Address);
        Mesh = new(channel);
    }

    public ContextMesh.ContextMeshClient Mesh { get; }

    /// <summary>The options of one call for this user. Its deadline counts from now.</summary>
    public static CallOptions As(string userId, CancellationToken cancellationToken) =>
        new(new Metadata { { "user-id", userId } }, TimeProvider.System.GetUtcNow().UtcDateTime + LongestCall, cancellationToken);

    /// <summary>Pushes the items, this many in one command.</summary>
    public async Task FillAsync(string userId, IEnumerable<ItemWrite> entries, CancellationToken cancellationToken)
    {
        // About 350 bytes an item: far below the 3 MiB of a command.
        const int EntriesPerCommand = 2_000;
        foreach (var chunk in entries.Chunk(EntriesPerCommand))
        {
            await Mesh.PushManyAsync(new PushManyRequest { Items = { chunk } }, As(userId, cancellationToken));
        }
    }

    public void Dispose() => channel.Dispose();
}
