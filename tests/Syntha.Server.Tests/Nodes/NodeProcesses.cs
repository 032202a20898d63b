using Npgsql;
using Syntha.Server.Tests.Streams.Recording;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Nodes;

/// <summary>Several servers on one database, each in its own process.</summary>
internal sealed class NodeProcesses : IAsyncDisposable
{
    private readonly List<ServerProcess> nodes = [];
    private readonly TestStore store;
    private readonly PostgresCluster? standby;
    private readonly bool ownsCluster;
    private bool hasFailedOver;

    private NodeProcesses(PostgresCluster cluster, PostgresCluster? standby, TestStore store, bool ownsCluster) =>
        (Cluster, this.standby, this.store, this.ownsCluster) = (cluster, standby, store, ownsCluster);

    public PostgresCluster Cluster { get; }

    /// <summary>The nodes in turn; a number beyond their count starts again at the first.</summary>
    public ServerProcess this[int node] => nodes[node % nodes.Count];

    public string Database => store.DatabaseName!;

    // Npgsql looks for the primary at each connection. By default it would trust its last answer for ten seconds.
    private string ConnectionString => standby is null ? store.ConnectionString : new NpgsqlConnectionStringBuilder(store.ConnectionString)
    {
        Host = $"127.0.0.1:{Cluster.Port},127.0.0.1:{standby.Port}",
        TargetSessionAttributes = "primary",
        HostRecheckSeconds = 0,
    }.ConnectionString;

    /// <summary>Starts that many nodes. A test that harms the database server gets its own one, with a standby.</summary>
    public static async Task<NodeProcesses> StartAsync(int count, bool ownCluster)
    {
        var cluster = await (ownCluster ? PostgresCluster.StartAsync() : PostgresCluster.SharedAsync());
        var standby = ownCluster ? await cluster.StartStandbyAsync() : null;
        var group = new NodeProcesses(cluster, standby, await TestStore.CreateInAsync(cluster), ownCluster);
        for (var n = 0; n < count; n++)
        {
            group.nodes.Add(await group.StartNodeAsync());
        }

        return group;
    }

    /// <summary>Kills a node and starts another one in its place.</summary>
    public async Task ReplaceAsync(int node)
    {
        var killed = nodes[node];
        nodes[node] = await StartNodeAsync();
        await killed.DisposeAsync();
    }

    /// <summary>The database server fails and its standby takes over. Possible once.</summary>
    public async Task FailOverAsync()
    {
        if (hasFailedOver)
        {
            return;
        }

        hasFailedOver = true;
        await Cluster.FallAsync();
        await standby!.PromoteAsync();
    }

    /// <summary>Runs a command as the superuser, in the nodes' database.</summary>
    public Task<object?> ExecuteAsync(string sql) => Cluster.ExecuteAsync(sql, Database);

    /// <summary>Makes Alice's call again and again until the node and the database answer it.</summary>
    public async Task<T> UntilAvailableAsync<T>(int node, Func<TestUser, Task<T>> callAsync)
    {
        while (true)
        {
            try
            {
                return await callAsync(this[node].As("alice"));
            }
            catch (RpcException busy) when (busy.StatusCode == StatusCode.Unavailable)
            {
            }
        }
    }

    /// <summary>The user's log, read directly from the store.</summary>
    public LogTable ReadLog(string user) => LogTable.ReadSchema(ConnectionString, $"user_{user}");

    /// <summary>The user's claims, read directly from the store.</summary>
    public ClaimTable ReadClaims(string user) => ClaimTable.ReadSchema(ConnectionString, $"user_{user}");

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        await store.DisposeAsync();
        if (standby is not null)
        {
            await standby.DisposeAsync();
        }

        if (ownsCluster)
        {
            await Cluster.DisposeAsync();
        }
    }

    private Task<ServerProcess> StartNodeAsync() => ServerProcess.StartOnAsync(
        store,
        $"--Storage:Postgres:ConnectionString={ConnectionString}",
        "--Storage:Postgres:TurnTimeout=00:00:01",
        "--Storage:Postgres:LockTimeout=00:00:02",
        "--Storage:Postgres:MaxWait=00:00:00.5",
        "--Storage:Postgres:PoolSize=4");
}
