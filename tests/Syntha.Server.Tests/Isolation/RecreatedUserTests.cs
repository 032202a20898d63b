using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Isolation;

/// <summary>Attack 21: a user that was erased and comes back is a new user.</summary>
public sealed class RecreatedUserTests
{
    [Fact]
    public async Task User_DeletedAndCreatedAgain_HasNothingOfBefore()
    {
        await using var server = await TestServer.StartAsync("--Quotas:MaxItems=2");
        var (user, other) = (server.As("alice"), server.As("bob"));
        var remembered = TestUser.Push("k", "\"canary-of-before\"", topics: ["t"]);
        remembered.RequestId = Guid.CreateVersion7().ToString();
        var before = (await user.Mesh.PushAsync(remembered)).Position;
        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "a", Topics = { "t" } });
        await user.Mesh.SetPostPermissionsAsync(new() { Agent = "a", Permissions = new() });
        await user.PushAsync("l");
        await other.PushAsync("k", "\"of bob\"");
        var token = (await user.Mesh.ListAsync(new() { PageSize = 1 })).NextPageToken;

        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(user);

        Assert.True((await server.Administration.DeleteUserAsync(new() { UserId = "alice" })).Deleted);

        await stream.ReadToEndAsync();
        Refusal.Of(ErrorReason.EpochChanged, stream.Streams[0].Failure!);
        Assert.False(server.HasStore("alice"));
        Assert.Equal(new Position(), await user.PositionAsync());
        Assert.Empty((await user.Mesh.ListAsync(new() { PageToken = token })).Items);
        await RefuseResumeAsync(user, before);
        Assert.False((await server.Administration.DeleteUserAsync(new() { UserId = "alice" })).Deleted);
        Assert.False(server.HasStore("alice"));
        var again = await user.Mesh.PushAsync(remembered);
        Assert.Equal((1, false), (again.Position.Revision, again.Replayed));
        Assert.NotEqual(before.Epoch, again.Position.Epoch);
        Assert.Equal(["k"], await user.KeysAsync());
        Assert.Empty((await user.Mesh.GetAgentTopicsAsync(new() { Agent = "a" })).Topics);
        Assert.Null((await user.Mesh.GetPostPermissionsAsync(new() { Agent = "a" })).Permissions);
        Assert.Empty(await user.KeysAsync("a"));
        Assert.Equal((1, 1, 0), await CountsAsync(user));
        await RefuseResumeAsync(user, before);
        // The data from before does not count against the quota.
        await user.PushAsync("l");
        await Refusal.OfAsync(ErrorReason.QuotaItems, user.Mesh.PushAsync(TestUser.Push("m")));
        Assert.Equal("\"of bob\"", await other.ValueAsync("k"));
    }

    [Fact]
    public async Task User_Cleared_LeavesTheOthers()
    {
        await using var server = await TestServer.StartAsync();
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        await alice.PushAsync("k");
        await bob.PushAsync("k", "\"of bob\"", ttl: TimeSpan.Zero);
        await bob.PushAsync("l", "\"of bob\"");
        // The server logs the expiry by itself. After that nothing changes any more.
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(bob, new() { After = new() { Epoch = (await bob.PositionAsync()).Epoch } });
        Assert.True(await stream.ReadToAsync(3));
        var state = await bob.StateAsync();

        await alice.Mesh.ClearAsync(new());
        await alice.Mesh.CleanupExpiredAsync(new());

        Assert.Empty(await alice.KeysAsync());
        Assert.Equal(state, await bob.StateAsync());
    }

    private static async Task RefuseResumeAsync(TestUser user, Position after)
    {
        var resumed = user.Mesh.Subscribe(new() { Start = new() { After = after } });
        Refusal.Of(
            ErrorReason.EpochChanged,
            await Assert.ThrowsAsync<RpcException>(() => resumed.ResponseStream.MoveNext(CancellationToken.None)));
    }

    private static async Task<(long Total, long Topics, long Agents)> CountsAsync(TestUser user)
    {
        var stats = (await user.Mesh.GetStatsAsync(new())).Stats;
        return (stats.TotalItems, stats.TotalTopics, stats.AgentsWithTopics);
    }
}
