using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Npgsql;

namespace Syntha.Server.Tests.Nodes;

/// <summary>Faults of one of several nodes, or of the database under all of them.</summary>
internal static class NodeFault
{
    /// <summary>Faults that need a database server that no other test uses.</summary>
    public const string ToTheServer = "the database crashes, and in the end fails over to its standby";

    /// <summary>The faults by name. In each round the fault hits the node with the round's number, if it hits a node.</summary>
    public static IReadOnlyDictionary<string, Func<NodeProcesses, int, Task>> All { get; } =
        new Dictionary<string, Func<NodeProcesses, int, Task>>
        {
            [ToTheServer] = async (nodes, round) =>
            {
                await (round < 2 ? nodes.Cluster.CrashAsync() : nodes.FailOverAsync());
                await nodes.UntilAvailableAsync(round, user => user.PushAsync("after the crash"));
            },
            ["a node is killed"] = (nodes, victim) => nodes.ReplaceAsync(victim),
            ["a node hangs"] = HangAsync,
            ["connections end"] = (nodes, _) => TerminateAsync(nodes, "datname = current_database()"),
            ["listeners end"] = (nodes, _) =>
                TerminateAsync(nodes, "datname = current_database() AND application_name = 'syntha listener'"),
            ["somebody leaves a transaction open"] = (nodes, victim) => HoldAsync(
                nodes, victim, "SELECT FROM syntha.heads WHERE user_id = 'alice' FOR UPDATE"),
            ["somebody uses up the pool"] = ExhaustAsync,
        };

    // Other nodes go on, even while this one hangs and holds locks: a write on another node returns only when the database has freed them.
    // It hangs for longer than its heartbeats and its turns may last, so when it wakes, the database has ended its connections.
    private static async Task HangAsync(NodeProcesses nodes, int victim)
    {
        await SignalAsync(nodes[victim], "STOP");
        await nodes.UntilAvailableAsync(victim + 1, user => user.PushAsync("beside a node that hangs"));
        await nodes.UntilAvailableAsync(victim + 1, _ => HeartbeatsAsync(nodes[victim + 1].As("idle"), 3));
        await SignalAsync(nodes[victim], "CONT");
    }

    // This user measures time as the nodes do: it changes nothing, so only heartbeats come, one second apart.
    private static async Task<int> HeartbeatsAsync(TestUser idle, int count)
    {
        using var stream = idle.Mesh.Subscribe(
            new() { Start = new() { Now = new() }, Heartbeat = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) });
        var heard = 0;
        while (heard < count)
        {
            Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken), "The stream ended silently.");
            heard += stream.ResponseStream.Current.Progress is null ? 0 : 1;
        }
        return heard;
    }

    private static Task<object?> TerminateAsync(NodeProcesses nodes, string which) =>
        nodes.ExecuteAsync($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND {which}");

    // Reads go on. A write is refused when it has waited for long enough. When the foreign transaction is gone, all is as before.
    private static async Task HoldAsync(NodeProcesses nodes, int victim, string locking)
    {
        await using (var stranger = await LockAsync(nodes, locking))
        {
            await nodes.UntilAvailableAsync(victim, user => user.PositionAsync());
            while (await RefusedAsync(nodes[victim].As("alice")) != Refusal.NameOf(ErrorReason.StoreBusy))
            {
                // A node that was slow for other reasons says so first.
            }
        }
        await nodes.UntilAvailableAsync(victim, user => user.PushAsync("without the stranger"));
    }

    private static async Task<string?> RefusedAsync(TestUser user) =>
        (await Assert.ThrowsAsync<RpcException>(() => user.PushAsync("beside a stranger"))).GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;

    // More users write than the pool has connections, and none of them gets on. Each further caller is told so and does not wait.
    private static async Task ExhaustAsync(NodeProcesses nodes, int victim)
    {
        var stranger = await LockAsync(nodes, "LOCK TABLE syntha.heads IN EXCLUSIVE MODE");
        var refused = new TaskCompletionSource();
        var writes = Enumerable.Range(0, 12).Select(async user =>
        {
            try
            {
                await nodes[victim].As($"user{user}").PushAsync("k");
            }
            catch (RpcException busy) when (busy.StatusCode == StatusCode.Unavailable)
            {
                refused.TrySetResult();
            }
        }).ToList();
        Assert.Same(refused.Task, await Task.WhenAny(refused.Task, Task.WhenAll(writes)));
        await stranger.DisposeAsync();
        await Task.WhenAll(writes);
        await nodes.UntilAvailableAsync(victim, user => user.PushAsync("when there are connections again"));
    }

    // The foreign transaction ends with its connection.
    private static async Task<NpgsqlConnection> LockAsync(NodeProcesses nodes, string locking)
    {
        var stranger = new NpgsqlConnection(nodes.Cluster.ConnectionString(nodes.Database) + ";Pooling=False");
        await stranger.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; {locking};", stranger);
        await command.ExecuteNonQueryAsync();
        return stranger;
    }

    private static async Task SignalAsync(ServerProcess node, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{node.Id}"]);
        await kill.WaitForExitAsync();
    }
}
