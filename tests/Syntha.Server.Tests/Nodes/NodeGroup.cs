using Microsoft.Extensions.DependencyInjection;
using Syntha.Server.Admission;

namespace Syntha.Server.Tests.Nodes;

/// <summary>Several servers in this process on one database.</summary>
internal sealed class NodeGroup : IAsyncDisposable
{
    private readonly List<TestServer> nodes = [];

    private NodeGroup(TestStore store) => Store = store;

    public TestStore Store { get; }

    public TestServer this[int node] => nodes[node];

    public static async Task<NodeGroup> StartAsync(int count, params string[] settings)
    {
        var group = new NodeGroup(await TestStore.CreatePostgresAsync());
        for (var n = 0; n < count; n++)
        {
            group.nodes.Add(await TestServer.StartOnAsync(group.Store, settings));
        }

        return group;
    }

    /// <summary>Waits until all nodes know the keys that one of them has made.</summary>
    public async Task KnowKeysAsync()
    {
        foreach (var node in nodes)
        {
            await node.Services.GetRequiredService<RecordMirror>().RefreshAsync(TestContext.Current.CancellationToken);
        }
    }

    public TestUser As(string user, int node) => nodes[node].As(user);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        await Store.DisposeAsync();
    }
}
