using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Syntha.Mesh.Names;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Stores;
using Syntha.Server.Admission;
using Syntha.Server.Streams;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Fairness;

/// <summary>
/// Attacks that are held where they are worst. Each begins the calls of an attacker, who has a credential unless it says so.
/// </summary>
internal static class Attacks
{
    private const int Calls = 100;
    private static readonly string WorstGlob = string.Concat(Enumerable.Repeat("*a", 511)) + "*b";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Three values of 1 MB.</summary>
    public static PushManyRequest LargePush() => new()
    {
        Items =
        {
            Enumerable.Range(0, 3).Select(number =>
                new ItemWrite { Key = $"p{number}", ValueJson = $"\"{new string('x', 1_000_000)}\"" }),
        },
    };

    /// <summary>Costly reads of every kind: all but one wait for the attacker's turn, which is held.</summary>
    public static async Task<HeldAttack> CostlyReadsAsync(TestServer server, Intruder intruder)
    {
        await intruder.User.Mesh.PushManyAsync(new()
        {
            Items =
            {
                Enumerable.Range(0, 500).Select(number =>
                    new ItemWrite { Key = $"{new string('a', 2_000)}{number}", ValueJson = "1" }),
            },
        });
        var registry = server.Services.GetRequiredService<MeshRegistry>();
        var lease = await registry.OpenAsync(UserId.Trusted(intruder.User.Id), StoreRight.Unbound, Token);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new ManualResetEventSlim();
        var holding = HoldAsync();
        await begun.Task;
        // In the end they are given up, because their work would take seconds.
        var giveUp = new CancellationTokenSource();
        var mesh = intruder.User.Mesh;
        Func<Task>[] kinds =
        [
            () => mesh.ListAsync(new() { Filter = new() { KeyGlob = WorstGlob } }, cancellationToken: giveUp.Token).ResponseAsync,
            () => mesh.GetStatsAsync(new(), cancellationToken: giveUp.Token).ResponseAsync,
            () => mesh.BuildPromptAsync(new() { Spec = new() { System = new() } }, cancellationToken: giveUp.Token).ResponseAsync,
            () => SnapshotAsync(intruder.User, giveUp.Token),
        ];
        var calls = Enumerable.Range(0, Calls).Select(number => kinds[number % kinds.Length]()).ToList();
        return await new HeldAttack(
            () => Math.Min(registry.CostlyQueued, calls.Count(call => !call.IsCompleted)),
            async () =>
            {
                await giveUp.CancelAsync();
                await Task.WhenAll(calls.Select(call => Assert.ThrowsAnyAsync<Exception>(() => call)));
                release.Set();
                await holding;
                lease.Dispose();
                release.Dispose();
                giveUp.Dispose();
            },
            calls).ReachAsync(Calls);

        async Task HoldAsync()
        {
            await lease.TurnAsync(Token);
            begun.SetResult();
            release.Wait(Token);
        }
    }

    /// <summary>A thousand pushes behind the attacker's turn to write, which is held.</summary>
    public static async Task<HeldAttack> WritesAsync(TestServer server, Intruder intruder)
    {
        await intruder.User.PushAsync("k");
        var turn = await HeldTurn.TakeAsync(server, intruder.User);
        var calls = Enumerable.Range(0, 1_000).Select(number => intruder.User.PushAsync($"k{number % 10}")).ToList();
        var registry = server.Services.GetRequiredService<MeshRegistry>();
        return await new HeldAttack(
            () => Math.Min(registry.Queued, calls.Count(call => !call.IsCompleted)),
            async () =>
            {
                await turn.DisposeAsync();
                await Task.WhenAll(calls);
            },
            calls).ReachAsync(1_000);
    }

    /// <summary>
    /// Pushes of 3 MB, each without its last byte. They hold the attacker's share of the bytes of requests, and others wait.
    /// </summary>
    public static async Task<HeldAttack> LargeBodiesAsync(TestServer server, Intruder intruder)
    {
        var body = RawConnection.Framed(LargePush().ToByteArray());
        var connections = new List<RawConnection>();
        var begun = new List<Task>();
        var sent = 0;
        for (var number = 0; number < 30; number++)
        {
            var connection = await RawConnection.OpenAsync(server.Grpc, Token);
            connections.Add(connection);
            var id = await connection.BeginAsync("/syntha.v1.ContextMesh/PushMany", intruder.Headers);
            begun.Add(SendAsync(connection, id));
        }

        return await new HeldAttack(
            () => Volatile.Read(ref sent),
            async () =>
            {
                foreach (var connection in connections)
                {
                    await connection.DisposeAsync();
                }

                await Task.WhenAll(begun);
            }).ReachAsync(30);

        async Task SendAsync(RawConnection connection, int id)
        {
            // The server takes what it has room for.
            await connection.SendAsync(id, body.AsMemory(0, 100_000), isEnd: false);
            Interlocked.Increment(ref sent);
            try
            {
                await connection.SendAsync(id, body.AsMemory(100_000, body.Length - 100_001), isEnd: false);
            }
            catch (Exception over) when (over is IOException or ObjectDisposedException)
            {
                // The attack is over.
            }
        }
    }

    /// <summary>As many snapshots as a user may have, which nobody reads, while their items are rewritten.</summary>
    public static async Task<HeldAttack> StalledSnapshotsAsync(TestServer server, Intruder intruder)
    {
        const int Items = 10;
        await RewriteAsync();
        var connection = await RawConnection.OpenAsync(server.Grpc, Token);
        var request = RawConnection.Framed(new SubscribeRequest { Start = new() { Snapshot = new() } }.ToByteArray());
        for (var number = 0; number < Calls; number++)
        {
            var id = await connection.BeginAsync("/syntha.v1.ContextMesh/Subscribe", intruder.Headers);
            await connection.SendAsync(id, request, isEnd: true);
            await connection.BegunAsync(id);
            if (number % 10 == 0)
            {
                await RewriteAsync();
            }
        }

        await RewriteAsync();
        var (streams, user) = (server.Services.GetRequiredService<StreamCount>(), UserId.Trusted(intruder.User.Id));
        return await new HeldAttack(() => streams.Of(user), () => connection.DisposeAsync().AsTask()).ReachAsync(Calls);

        static string Value() => $"\"{new string('x', 20_000)}\"";

        async Task RewriteAsync() => await intruder.User.Mesh.PushManyAsync(new()
        {
            Items = { Enumerable.Range(0, Items).Select(number => new ItemWrite { Key = $"k{number}", ValueJson = Value() }) },
        });
    }

    /// <summary>Health watches on one connection, without a credential, as many as it may have.</summary>
    public static async Task<HeldAttack> WatchesAsync(TestServer server, Intruder intruder)
    {
        const int Watches = 8;
        Assert.NotNull(intruder);
        var connection = await RawConnection.OpenAsync(server.Grpc, Token);
        var ended = new List<Task<string>>();
        for (var number = 0; number < Watches; number++)
        {
            var id = await connection.BeginAsync("/grpc.health.v1.Health/Watch");
            await connection.SendAsync(id, RawConnection.Framed([]), isEnd: true);
            await connection.BegunAsync(id);
            ended.Add(connection.AnswerAsync(id));
        }

        return await new HeldAttack(
            () => ended.Count(watch => !watch.IsCompleted), () => connection.DisposeAsync().AsTask(), ended).ReachAsync(Watches);
    }

    /// <summary>
    /// More connections than may be unproven: silent ones, and bodies that never end. Nothing shows a credential.
    /// </summary>
    public static async Task<HeldAttack> UnprovenConnectionsAsync(TestServer server, Intruder intruder)
    {
        const int Most = 100;
        Assert.NotNull(intruder);
        var connections = new List<RawConnection>();
        for (var number = 0; number < 2 * Most; number++)
        {
            var connection = await RawConnection.OpenAsync(server.Grpc, Token);
            connections.Add(connection);
            if (number % 2 == 0)
            {
                var id = await connection.BeginAsync("/syntha.v1.ContextMesh/PushMany");
                await connection.SendAsync(id, RawConnection.Framed(new byte[10_000]).AsMemory(0, 5_000), isEnd: false);
            }
        }

        var open = server.Services.GetRequiredService<OpenConnections>();
        return await new HeldAttack(
            // The victim's own new connection is unproven for a moment, and one of the attacker's makes room for it.
            () => Math.Min(Most - 1, open.All.Count(connection => !connection.IsProven)),
            async () =>
            {
                foreach (var connection in connections)
                {
                    await connection.DisposeAsync();
                }
            }).ReachAsync(Most - 1);
    }

    /// <summary>Imports by an operator's key, each with its first part and no other one.</summary>
    public static async Task<HeldAttack> ImportsAsync(TestServer server, Intruder intruder)
    {
        const int Imports = 20;
        await intruder.User.PushAsync("k");
        using var export = server.Operator(OperatorKey.Secret).ExportUser(new() { UserId = intruder.User.Id });
        Assert.True(await export.ResponseStream.MoveNext(Token));
        var part = export.ResponseStream.Current.Chunk;
        var imports = new List<AsyncClientStreamingCall<ImportUserRequest, ImportUserResponse>>();
        for (var number = 0; number < Imports; number++)
        {
            var import = server.Operator(OperatorKey.Secret).ImportUser();
            imports.Add(import);
            await import.RequestStream.WriteAsync(
                new() { Header = new() { UserId = $"{intruder.User.Id}{number}", AllowOtherUser = true } });
            await import.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(part.Span[..(part.Length / 2)]) });
        }

        return await new HeldAttack(
            () => imports.Count(import => !import.ResponseAsync.IsCompleted),
            () =>
            {
                imports.ForEach(import => import.Dispose());
                return Task.CompletedTask;
            },
            [.. imports.Select(import => import.ResponseAsync)]).ReachAsync(Imports);
    }

    private static async Task SnapshotAsync(TestUser user, CancellationToken cancellationToken)
    {
        using var stream = user.Mesh.Subscribe(
            new() { Filter = new() { KeyGlob = WorstGlob }, Start = new() { Snapshot = new() } }, cancellationToken: cancellationToken);
        while (await stream.ResponseStream.MoveNext(cancellationToken) && stream.ResponseStream.Current.SnapshotEnd is null)
        {
        }
    }
}
