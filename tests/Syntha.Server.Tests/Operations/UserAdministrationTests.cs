using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Operations;

/// <summary>What an operator sees of users, never of what they keep, and what it sets for them.</summary>
public sealed class UserAdministrationTests
{
    [Fact]
    public async Task ListUsers_PageByPage_HasEveryUserOnceInOrder()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        string[] users = ["Alice", "alice", "bob", "con", "zoe@example.org", "9"];
        foreach (var user in users)
        {
            await (await server.WithKeyAsync(user)).PushAsync("k");
        }
        // A key alone is no store.
        await server.NewKeyAsync("ghost");
        await server.RestartAsync();

        var listed = new List<string>();
        var request = new ListUsersRequest { PageSize = 2 };
        do
        {
            var page = await server.Operator(OperatorKey.Secret).ListUsersAsync(request);
            listed.AddRange(page.Users.Select(user => user.UserId));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(users.Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public async Task GetUserStats_TellsNumbersAndNamesAndNoValue()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        var key = await server.NewKeyAsync("alice");
        var alice = server.As("alice", key.Secret);
        await alice.PushAsync("canary-key", "\"canary-value\"", topics: ["travel"]);
        await alice.PushAsync("global");
        await alice.PushAsync("gone", ttl: TimeSpan.Zero);
        await alice.Mesh.RegisterAgentTopicsAsync(new() { AgentName = "planner", Topics = { "travel" } });
        await (await server.WithKeyAsync("bob")).PushAsync("k");
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(alice);

        var stats = await server.Operator(OperatorKey.Secret).GetUserStatsAsync(new() { UserId = "alice" });

        Assert.Equal(
            (2, 1, 1, 1, "planner", key.Key.Id),
            (stats.ActiveItems, stats.GlobalItems, stats.PrivateItems, stats.TotalTopics, Assert.Single(stats.AgentsWithTopics), Assert.Single(stats.ApiKeyIds)));
        Assert.Equal((2, 1, 1), (stats.Usage.Items, stats.Usage.Agents, stats.Usage.Streams));
        Assert.Equal((10_000, 1_000_000), (stats.Quota.MaxItems, stats.Quota.CallsPerSecond));
        var session = Assert.Single(stats.Sessions);
        Assert.Equal(("alice", key.Key.Id, 1), (session.UserId, session.CredentialId, session.LiveStreams));
        Assert.StartsWith("127.0.0.1:", session.ClientAddress, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", stats.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetUserStats_OfAUserWithoutStore_AreZerosAndCreateNothing()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);

        var stats = await server.Operator(OperatorKey.Secret).GetUserStatsAsync(new() { UserId = "ghost" });

        Assert.Equal((0, "", 10_000), (stats.TotalItems, stats.Position.Epoch, stats.Quota.MaxItems));
        Assert.False(server.HasStore("ghost"));
    }

    [Fact]
    public async Task SetQuota_OfOneUser_HoldsAtOnceAndAfterARestartAndForNobodyElse()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        var (aliceKey, bob) = (await server.NewKeyAsync("alice"), await server.WithKeyAsync("bob"));
        await server.As("alice", aliceKey.Secret).PushAsync("k");

        var set = await server.Operator(OperatorKey.Secret).SetQuotaAsync(new() { UserId = "alice", Quota = new() { MaxItems = 1, MaxStreams = 0 } });

        Assert.Equal((1, 0, 1_000), (set.Effective.MaxItems, set.Effective.MaxStreams, set.Effective.MaxTopics));
        await RefusedAsync();
        await bob.PushAsync("k");
        await bob.PushAsync("k2");
        await server.RestartAsync();
        await RefusedAsync();
        var got = await server.Operator(OperatorKey.Secret).GetQuotaAsync(new() { UserId = "alice" });
        Assert.Equal((new Quota { MaxItems = 1, MaxStreams = 0 }, 1), (got.Quota, got.Usage.Items));
        await server.Operator(OperatorKey.Secret).SetQuotaAsync(new() { UserId = "alice" });
        await server.As("alice", aliceKey.Secret).PushAsync("k2");

        async Task RefusedAsync()
        {
            var alice = server.As("alice", aliceKey.Secret);
            await Refusal.OfAsync(ErrorReason.QuotaItems, alice.Mesh.PushAsync(TestUser.Push("k2")));
            using var stream = alice.Mesh.Subscribe(new());
            Refusal.Of(
                ErrorReason.SubscriptionLimit, await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken)));
        }
    }

    [Fact]
    public async Task SetQuota_OfCalls_LimitsThatUserAlone()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        var (alice, bob) = (await server.WithKeyAsync("alice"), await server.WithKeyAsync("bob"));

        await server.Operator(OperatorKey.Secret).SetQuotaAsync(new() { UserId = "alice", Quota = new() { CallsPerSecond = 1 } });

        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                await alice.Mesh.GetAsync(new() { Key = "k" });
            }
        });
        Refusal.Of(ErrorReason.RateLimited, refused);
        for (var n = 0; n < 50; n++)
        {
            await bob.Mesh.GetAsync(new() { Key = "k" });
        }

        await server.Operator(OperatorKey.Secret).SetQuotaAsync(new() { UserId = "alice" });
        await alice.Mesh.GetAsync(new() { Key = "k" });
    }

    [Fact]
    public async Task SetQuota_OutOfRange_IsRefusedWithItsField()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        var admin = server.Operator(OperatorKey.Secret);

        Assert.Equal("quota.max_items", await FieldAsync(new() { MaxItems = -1 }));
        Assert.Equal("quota.calls_per_second", await FieldAsync(new() { CallsPerSecond = 0 }));
        Assert.Equal("quota.max_value_bytes", await FieldAsync(new() { MaxValueBytes = 1024 * 1024 + 1 }));

        async Task<string?> FieldAsync(Quota quota) =>
            (await Refusal.OfAsync(ErrorReason.FilterInvalid, admin.SetQuotaAsync(new() { UserId = "alice", Quota = quota }))).Field;
    }

    [Fact]
    public async Task Administration_InDevelopment_IsOpenOnThisMachineAndLogged()
    {
        await using var server = await TestServer.StartAsync();

        await server.Operator().CreateApiKeyAsync(new() { Scope = KeyScope.User, UserId = "alice" });

        Assert.Contains(server.Log.Lines, line => line.Contains("Operator anybody on this machine: CreateApiKey", StringComparison.Ordinal));
    }
}
