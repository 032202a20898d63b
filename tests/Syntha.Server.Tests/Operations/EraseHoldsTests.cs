using Syntha.Server.Tests.Credentials;
using Syntha.Server.Tests.Nodes;

namespace Syntha.Server.Tests.Operations;

/// <summary>
/// A user that was erased stays erased, whatever its callers do meanwhile. They go on until their credential is refused, as programs do
/// that repeat what fails, and streams begin anew. Nothing may be left of the user then, on any node (attack 21).
/// </summary>
[Trait("Soak", "Rounds")]
public sealed class EraseHoldsTests(ITestOutputHelper output)
{
    private const int Writers = 16;
    private const int Readers = 16;

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Delete_WhileWritersAndStreamsOnThreeNodesGoOn_LeavesNothing()
    {
        await using var nodes = await NodeGroup.StartAsync(3, OperatorKey.Setting);
        await EraseAgainAndAgainAsync([nodes[0], nodes[1], nodes[2]], nodes.KnowKeysAsync);
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Delete_WhileWritersAndStreamsOfTokensGoOn_LeavesNothing()
    {
        await using var issuer = new TokenIssuer("https://corp.example");
        await using var nodes = await NodeGroup.StartAsync(3, [OperatorKey.Setting, .. SettingsOf(issuer)]);
        await EraseAgainAndAgainAsync([nodes[0], nodes[1], nodes[2]], nodes.KnowKeysAsync, issuer);
    }

    [Fact]
    public async Task Delete_WhileWritersAndStreamsOfOneNodeGoOn_LeavesNothing()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        await EraseAgainAndAgainAsync([server], () => Task.CompletedTask);
    }

    internal static string[] SettingsOf(TokenIssuer issuer) =>
    [
        $"--Authentication:Jwt:0:Issuer={issuer.Name}", $"--Authentication:Jwt:0:JwksFile={issuer.WriteKeys()}",
        "--Authentication:Jwt:0:Audiences:0=syntha", "--Authentication:Jwt:0:ClockSkew=00:00:00",
    ];

    private async Task EraseAgainAndAgainAsync(TestServer[] nodes, Func<Task> knowKeysAsync, TokenIssuer? issuer = null)
    {
        var rounds = EraseRounds.Or(issuer is null ? 50 : 10);
        var admin = nodes[0].Operator(OperatorKey.Secret);
        for (var round = 0; round < rounds; round++)
        {
            var name = $"erased-{round}";
            var secret = issuer?.Issue(name) ?? (await nodes[0].NewKeyAsync(name)).Secret;
            await knowKeysAsync();
            var (running, started) = (new List<Task>(), new List<Task>());
            for (var number = 0; number < Writers + Readers; number++)
            {
                var user = nodes[number % nodes.Length].As(name, secret);
                var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                started.Add(first.Task);
                running.Add(number < Writers ? WriteOnAsync(user, number, first) : ReadOnAsync(user, number, first));
            }
            await Task.WhenAll(started);

            var erased = await nodes[round % nodes.Length].Operator(OperatorKey.Secret).DeleteUserAsync(new() { UserId = name });

            Assert.True(erased.Deleted);
            await Task.WhenAll(running);
            Assert.Empty((await admin.ListUsersAsync(new() { PageSize = 1_000 })).Users.Select(user => user.UserId));
            Assert.DoesNotContain(name, nodes[0].StoreNames());
        }
        output.WriteLine($"{rounds} erases, {Writers} writers, {Readers} streams, {nodes.Length} nodes: none came back");
    }

    // Large and small commands: a large one is converted between admission and its turn.
    private static async Task WriteOnAsync(TestUser user, int number, TaskCompletionSource first)
    {
        var many = new PushManyRequest
        {
            Items = { Enumerable.Range(0, number % 4 == 0 ? 500 : 1).Select(item => TestUser.Push($"{number}.{item}").Item) },
        };
        while (await GoesOnAsync(async () => await user.Mesh.PushManyAsync(many)))
        {
            first.TrySetResult();
        }

        first.TrySetException(new InvalidOperationException("The writer was never served."));
    }

    // Half of them resume after the position that they know, and the others begin with a snapshot.
    private static async Task ReadOnAsync(TestUser user, int number, TaskCompletionSource first)
    {
        Position? through = null;
        while (await GoesOnAsync(async () =>
        {
            var start = number % 2 == 0 && through is not null ? new StreamStart { After = through } : new() { Snapshot = new() };
            through = null;
            using var call = user.Mesh.Subscribe(new() { Start = start });
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                through = call.ResponseStream.Current.Established?.Position ?? through;
                first.TrySetResult();
            }
        }))
        {
        }

        first.TrySetException(new InvalidOperationException("The stream was never served."));
    }

    private static async Task<bool> GoesOnAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (RpcException end) when (end.StatusCode == StatusCode.Unauthenticated)
        {
            return false;
        }
        catch (RpcException repeatable) when (repeatable.StatusCode is StatusCode.Unavailable or StatusCode.FailedPrecondition)
        {
            return true;
        }
    }
}
