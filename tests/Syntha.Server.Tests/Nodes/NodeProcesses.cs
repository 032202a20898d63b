using Npgsql;
using Syntha.Server.Tests.Streams.Recording;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Nodes;

/// <summary>Several servers on one database, each a process.</summary>
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

    /// <summary>In turn, also beyond their number.</summary>
    public ServerProcess this[int node] => nodes[node % nodes.Count];

    public string Database => store.DatabaseName!;

    // Whoever is the primary is looked for at each connection, where Npgsql would believe for ten seconds that nothing has changed.
    private string ConnectionString => standby is null ? store.ConnectionString : new NpgsqlConnectionStringBuilder(store.ConnectionString)
    {
        Host = $"127.0.0.1:{Cluster.Port},127.0.0.1:{standby.Port}",
        TargetSessionAttributes = "primary",
        HostRecheckSeconds = 0,
    }.ConnectionString;

    /// <summary>Starts so many; on a database server for this test alone, with a standby, if it means to do to that what it likes.</summary>
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

    /// <summary>Starts one instead of the node, and kills that.</summary>
    public async Task ReplaceAsync(int node)
    {
        var killed = nodes[node];
        nodes[node] = await StartNodeAsync();
        await killed.DisposeAsync();
    }

    /// <summary>The database's server falls and its standby takes over, once.</summary>
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

    /// <summary>As the superuser, in their database.</summary>
    public Task<object?> ExecuteAsync(string sql) => Cluster.ExecuteAsync(sql, Database);

    /// <summary>Alice's call, as often as it takes until the node and the database answer it.</summary>
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

    /// <summary>The user's log, read behind the nodes' backs.</summary>
    public LogTable ReadLog(string user) => LogTable.ReadSchema(ConnectionString, $"user_{user}");

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
