using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Operations;

/// <summary>What an operator sees of users (never their data), and what it sets for them.</summary>
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
        // A key alone does not make a store.
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
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "planner", Topics = { "travel" } });
        await (await server.WithKeyAsync("bob")).PushAsync("k");
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(alice);

        var stats = await server.Operator(OperatorKey.Secret).GetUserStatsAsync(new() { UserId = "alice" });

        Assert.Equal(
            (2, 1, 1, 1, "planner", key.Key.Id),
            (stats.Stats.ActiveItems, stats.Stats.GlobalItems, stats.Stats.PrivateItems, stats.Stats.TotalTopics,
                Assert.Single(stats.Agents), Assert.Single(stats.ApiKeyIds)));
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

        Assert.Equal((0, "", 10_000), (stats.Stats.TotalItems, stats.Position.Epoch, stats.Quota.MaxItems));
        Assert.False(server.HasStore("ghost"));
    }

    [Fact]
    public async Task UpdateQuota_OfOneUser_HoldsAtOnceAndAfterARestartAndForNobodyElse()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        var (aliceKey, bob) = (await server.NewKeyAsync("alice"), await server.WithKeyAsync("bob"));
        await server.As("alice", aliceKey.Secret).PushAsync("k");

        var set = await server.Operator(OperatorKey.Secret).UpdateQuotaAsync(
            new() { UserId = "alice", Quota = new() { MaxItems = 1, MaxStreams = 0 } });

        Assert.Equal((1, 0, 1_000), (set.Effective.MaxItems, set.Effective.MaxStreams, set.Effective.MaxTopics));
        await RefusedAsync();
        await bob.PushAsync("k");
        await bob.PushAsync("k2");
        await server.RestartAsync();
        await RefusedAsync();
        var got = await server.Operator(OperatorKey.Secret).GetQuotaAsync(new() { UserId = "alice" });
        Assert.Equal((new Quota { MaxItems = 1, MaxStreams = 0 }, 1), (got.Quota, got.Usage.Items));
        await server.Operator(OperatorKey.Secret).UpdateQuotaAsync(new() { UserId = "alice", UpdateMask = new() { Paths = { "*" } } });
        await server.As("alice", aliceKey.Secret).PushAsync("k2");

        async Task RefusedAsync()
        {
            var alice = server.As("alice", aliceKey.Secret);
            await Refusal.OfAsync(ErrorReason.QuotaItems, alice.Mesh.PushAsync(TestUser.Push("k2")));
            using var stream = alice.Mesh.Subscribe(new());
            Refusal.Of(
                ErrorReason.QuotaStreams,
                await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken)));
        }
    }

    [Fact]
    public async Task UpdateQuota_WithAMask_ChangesTheFieldsThatItNamesAndNoOther()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        var admin = server.Operator(OperatorKey.Secret);
        await admin.UpdateQuotaAsync(new() { UserId = "alice", Quota = new() { MaxItems = 5, MaxTopics = 6, MaxAgents = 7 } });

        // Without a mask, the fields that are present change.
        await admin.UpdateQuotaAsync(new() { UserId = "alice", Quota = new() { MaxItems = 8 } });
        // With a mask, a named field that is absent returns to its default, and a field that is present but not named stays.
        await admin.UpdateQuotaAsync(new()
        {
            UserId = "alice",
            Quota = new() { MaxTopics = 9, MaxBytes = 10 },
            UpdateMask = new() { Paths = { "max_topics", "max_agents" } },
        });

        var got = await admin.GetQuotaAsync(new() { UserId = "alice" });
        Assert.Equal(new Quota { MaxItems = 8, MaxTopics = 9 }, got.Quota);
        var refusal = await Refusal.OfAsync(
            ErrorReason.ArgumentInvalid,
            admin.UpdateQuotaAsync(new() { UserId = "alice", UpdateMask = new() { Paths = { "max_wishes" } } }));
        Assert.Equal("update_mask", refusal.Field);
        Assert.Equal(got.Quota, (await admin.GetQuotaAsync(new() { UserId = "alice" })).Quota);
    }

    // Each call changes a field of its own. A call that wrote back what it had read before would undo another one's change.
    [Fact]
    public async Task UpdateQuota_BySeveralOperatorsAtOnce_LosesNoChange()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        var admin = server.Operator(OperatorKey.Secret);
        for (var round = 1; round <= 20; round++)
        {
            Quota[] changes =
                [new() { MaxItems = round }, new() { MaxBytes = round }, new() { MaxAgents = round }, new() { MaxTopics = round }];
            await Task.WhenAll(changes.Select(
                async change => await admin.UpdateQuotaAsync(new() { UserId = "alice", Quota = change })));

            var quota = (await admin.GetQuotaAsync(new() { UserId = "alice" })).Quota;
            Assert.Equal((round, round, round, round), (quota.MaxItems, quota.MaxBytes, quota.MaxAgents, quota.MaxTopics));
        }
    }

    [Fact]
    public async Task UpdateQuota_OfCalls_LimitsThatUserAlone()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        var (alice, bob) = (await server.WithKeyAsync("alice"), await server.WithKeyAsync("bob"));

        await server.Operator(OperatorKey.Secret).UpdateQuotaAsync(new() { UserId = "alice", Quota = new() { CallsPerSecond = 1 } });

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

        await server.Operator(OperatorKey.Secret).UpdateQuotaAsync(new() { UserId = "alice", UpdateMask = new() { Paths = { "*" } } });
        await alice.Mesh.GetAsync(new() { Key = "k" });
    }

    [Fact]
    public async Task UpdateQuota_OutOfRange_IsRefusedWithItsField()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        var admin = server.Operator(OperatorKey.Secret);

        Assert.Equal("quota.max_items", await FieldAsync(new() { MaxItems = -1 }));
        Assert.Equal("quota.calls_per_second", await FieldAsync(new() { CallsPerSecond = 0 }));
        Assert.Equal("quota.max_value_bytes", await FieldAsync(new() { MaxValueBytes = 1280 * 1024 + 1 }));

        async Task<string?> FieldAsync(Quota quota) =>
            (await Refusal.OfAsync(ErrorReason.ArgumentInvalid, admin.UpdateQuotaAsync(new() { UserId = "alice", Quota = quota }))).Field;
    }

    [Fact]
    public async Task Administration_InDevelopment_IsOpenOnThisMachineAndLogged()
    {
        await using var server = await TestServer.StartAsync();

        await server.Operator().CreateApiKeyAsync(new() { Scope = KeyScope.User, UserId = "alice" });

        Assert.Contains(
            server.Log.Lines, line => line.Contains("Operator anybody on this machine: CreateApiKey", StringComparison.Ordinal));
    }
}
