using System.Net.Sockets;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Fairness;

/// <summary>
/// What one caller does holds no other one up. A victim is served while an attack is held where it is worst, and while calls of an attacker
/// come in a flood. <c>make bench ARGS="--only fairness"</c> tells how long the victim waits (attack 40).
/// </summary>
public sealed class FairnessTests(FairnessServer server) : IClassFixture<FairnessServer>
{
    private const int Calls = 20;

    private static readonly Dictionary<string, Func<TestServer, Intruder, Task<HeldAttack>>> Held = new()
    {
        ["costly reads"] = Attacks.CostlyReadsAsync,
        ["writes"] = Attacks.WritesAsync,
        ["large bodies"] = Attacks.LargeBodiesAsync,
        ["stalled snapshots"] = Attacks.StalledSnapshotsAsync,
        ["watches"] = Attacks.WatchesAsync,
        ["unproven connections"] = Attacks.UnprovenConnectionsAsync,
        ["imports"] = Attacks.ImportsAsync,
    };

    private static readonly Dictionary<string, Func<RawConnection, Intruder, Task<bool>>> Flooding = new()
    {
        ["a wrong key"] = (connection, intruder) => AnsweredAsync(
            connection, "/syntha.v1.ContextMesh/Get", ("user-id", intruder.User.Id), ("authorization", "Bearer syntha_no_key_of_ours")),
        ["no credential, reset"] = (connection, _) => connection.TryBeginAndResetAsync("/syntha.v1.ContextMesh/Get"),
        ["a credential, reset"] = (connection, intruder) =>
            connection.TryBeginAndResetAsync("/syntha.v1.ContextMesh/List", intruder.Headers),
        ["health checks"] = (connection, _) => AnsweredAsync(connection, "/grpc.health.v1.Health/Check"),
    };

    public static TheoryData<string> Attackers { get; } = [.. Held.Keys];

    public static TheoryData<string> Floods { get; } = [.. Flooding.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Attackers))]
    public async Task Victim_WhileAnAttackIsHeld_IsServedBeforeItEnds(string name)
    {
        using var intruder = await Intruder.OpenAsync(server);
        await using var known = await Victim.OpenAsync(server);
        await known.BeServedAsync(1);
        // It connects with its first call.
        await using var late = await Victim.OpenAsync(server);
        await using var attack = await Held[name](server, intruder);
        var held = attack.Held;

        // One who was there before, and one who connects now.
        await known.BeServedAsync(Calls);
        await late.BeServedAsync(Calls);
        await late.PushLargeAsync();

        // No part of the attack has ended, so the victims did not wait for one.
        Assert.Equal(held, attack.Held);
    }

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task Victim_AmidAFlood_IsServedBetweenItsCalls(string name)
    {
        const int Connections = 4;
        using var intruder = await Intruder.OpenAsync(server);
        await using var victim = await Victim.OpenAsync(server);
        await victim.BeServedAsync(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var calls = 0;
        var flood = Enumerable.Range(0, Connections).Select(_ => Task.Run(FloodAsync, Token)).ToList();

        for (var call = 0; call < Calls; call++)
        {
            // So that there are calls of the flood before and after each of the victim's.
            var seen = Volatile.Read(ref calls);
            while (Volatile.Read(ref calls) < seen + Connections)
            {
                Assert.DoesNotContain(flood, sender => sender.IsCompleted);
                await Task.Delay(1, Token);
            }

            await victim.BeServedAsync(1);
        }

        Assert.All(flood, sender => Assert.False(sender.IsCompleted));
        await stop.CancelAsync();
        await Task.WhenAll(flood);

        async Task FloodAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                // A connection that the server closes is followed by another one.
                try
                {
                    await using var connection = await RawConnection.OpenAsync(server.Grpc, Token);
                    while (!stop.IsCancellationRequested && await Flooding[name](connection, intruder))
                    {
                        Interlocked.Increment(ref calls);
                    }
                }
                catch (Exception over) when (over is IOException or SocketException)
                {
                    // The server has closed it.
                }
            }
        }
    }

    // False: the connection is closed.
    private static async Task<bool> AnsweredAsync(RawConnection connection, string path, params (string Name, string Value)[] headers)
    {
        var id = await connection.BeginAsync(path, headers);
        await connection.SendAsync(id, RawConnection.Framed([]), isEnd: true);
        await connection.AnswerAsync(id);
        connection.Forget(id);
        return !connection.Closed.IsCompleted;
    }
}
