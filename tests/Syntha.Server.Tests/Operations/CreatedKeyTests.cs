using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Syntha.Server.Admission;
using Syntha.Server.Tests.Audit;

namespace Syntha.Server.Tests.Operations;

/// <summary>A call that makes a key answers with its secret, or leaves no key that lives: nobody else ever has the secret.</summary>
public sealed class CreatedKeyTests
{
    [Fact]
    public async Task CreateApiKey_ThatTheTrailCannotTake_LeavesNoKeyThatLives()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting, "--Audit:MaxWait=00:00:01");
        server.MayLogErrors = true;
        var admin = server.Operator(OperatorKey.Secret);
        await server.NewKeyAsync("bob");

        await using (await TrailLock.TakeAsync(server))
        {
            await Refusal.OfAsync(
                ErrorReason.StoreBusy, admin.CreateApiKeyAsync(new() { Scope = KeyScope.User, UserId = "alice" }));
        }

        await AssertRevokedAsync(server, "alice");
        Assert.Null((await KeysOfAsync(server, "bob")).Single().RevokeTime);
    }

    [Fact]
    public async Task CreateApiKey_ThatItsCallerGivesUp_LeavesNoKeyThatLives()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting, "--Audit:MaxWait=00:01:00");
        server.MayLogErrors = true;
        using var giveUp = new CancellationTokenSource();

        await using (await TrailLock.TakeAsync(server))
        {
            var call = server.Operator(OperatorKey.Secret).CreateApiKeyAsync(
                new() { Scope = KeyScope.User, UserId = "alice" }, cancellationToken: giveUp.Token);
            while ((await KeysOfAsync(server, "alice")).Count == 0)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken); // only the server's keys show it
            }

            await giveUp.CancelAsync();
            await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
            await SeenByAsync(server);
        }

        await AssertRevokedAsync(server, "alice");
    }

    // The connection has one order: the server has seen all that went before a call that it answers. A caller that gives up while its
    // answer is on the way cannot be told from one that has it.
    private static async Task SeenByAsync(TestServer server)
    {
        var health = new Grpc.Health.V1.Health.HealthClient(server.Channel);
        for (var calls = 0; calls < 10; calls++)
        {
            await health.CheckAsync(new(), cancellationToken: TestContext.Current.CancellationToken);
        }
    }

    private static async Task AssertRevokedAsync(TestServer server, string user)
    {
        // The caller has gone, so that nothing tells when the server has revoked the key.
        while (true)
        {
            await server.Services.GetRequiredService<RecordMirror>().RefreshAsync(TestContext.Current.CancellationToken);
            if (Assert.Single(await KeysOfAsync(server, user)).RevokeTime is Timestamp)
            {
                return;
            }

            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    // Not by a call: the trail may be locked, and an operator's call waits for it.
    private static Task<List<ApiKey>> KeysOfAsync(TestServer server, string user) => Task.FromResult(
        server.Services.GetRequiredService<Server.Credentials.KeyRing>().Keys
            .Where(key => key.User?.Value == user).Select(Server.Operations.AdministrationForms.ToWire).ToList());
}
