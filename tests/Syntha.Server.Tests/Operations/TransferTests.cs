using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Syntha.Mesh.Names;
using Syntha.Mesh.Quotas;
using Syntha.Server.Tests.Nodes;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Operations;

/// <summary>A user's data leaves as one file and comes back unchanged in another epoch, or nothing of it comes back.</summary>
public sealed class TransferTests
{
    [Fact]
    public async Task Import_OfAnExport_IsTheUserAgainInAnotherEpoch()
    {
        await using var server = await TestServer.StartAsync();
        var alice = server.As("alice");
        await FillAsync(alice);
        var (state, before) = (await StateAsync(alice), await alice.PositionAsync());
        var file = await server.ExportAsync("alice");
        await server.Administration.DeleteUserAsync(new() { UserId = "alice" });

        var imported = await server.ImportAsync("alice", file);

        Assert.Equal(state, await StateAsync(alice));
        var after = await alice.PositionAsync();
        Assert.Equal((imported.Position, before.Revision), (after, after.Revision));
        Assert.NotEqual(before.Epoch, after.Epoch);
        Assert.Equal((imported.Items, imported.Bytes), await CountAsync(alice));
        await RefuseAsync(ErrorReason.EpochChanged, alice, before);
        await RefuseAsync(ErrorReason.HistoryCompacted, alice, new() { Epoch = after.Epoch, Revision = after.Revision - 1 });
        // Guards and streams go on from the position before.
        var item = (await alice.FindAsync("k"))!;
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenWithSnapshotAsync(alice);
        var next = await alice.Mesh.PushAsync(new() { Item = new() { Key = "k", ValueJson = "3", IfRevision = item.Revision } });
        Assert.Equal(before.Revision + 1, next.Position.Revision);
        Assert.True(await stream.ReadToAsync(next.Position.Revision));
        Assert.Equal("3", stream.Fold()["k"]);
        stream.Close();
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task User_MovesFromFilesToADatabaseAndBack()
    {
        await using var files = await TestServer.StartAsync();
        await using var nodes = await NodeGroup.StartAsync(1, "--Storage:Postgres:RolePerUser=false");
        await FillAsync(files.As("alice"));
        var state = await StateAsync(files.As("alice"));

        await nodes[0].ImportAsync("alice", await files.ExportAsync("alice"));
        Assert.Equal(state, await StateAsync(nodes.As("alice", 0)));
        await nodes.As("alice", 0).PushAsync("moved");
        await files.ImportAsync("alice", await nodes[0].ExportAsync("alice"), replace: true);

        Assert.Equal("1", await files.As("alice").ValueAsync("moved"));
        await files.As("alice").Mesh.RemoveAsync(new() { Key = "moved" });
        Assert.Equal(state, await StateAsync(files.As("alice")));
    }

    [Fact]
    public async Task Import_OverAUser_ReplacesWhatIsInMemoryAndEndsStreams()
    {
        await using var server = await TestServer.StartAsync();
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        await FillAsync(alice);
        await bob.PushAsync("k", "\"canary-of-bob\"");
        var file = await server.ExportAsync("alice");
        await alice.PushAsync("after");
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(alice);
        await Transfer.RefusedAsync(ErrorReason.UserExists, server.ImportAsync("alice", file));
        Assert.Equal("1", await alice.ValueAsync("after"));
        var before = await alice.PositionAsync();

        await server.ImportAsync("alice", file, replace: true);

        Assert.Null(await alice.ValueAsync("after"));
        await stream.ReadToEndAsync();
        Refusal.Of(ErrorReason.EpochChanged, stream.Streams[0].Failure!);
        await RefuseAsync(ErrorReason.EpochChanged, alice, before);
        Assert.Equal("\"canary-of-bob\"", await bob.ValueAsync("k"));
        await alice.PushAsync("again");
    }

    [Fact]
    public async Task Export_HoldsNoByteOfAnotherUser_AndIsNotAnothersUnlessTheOperatorSaysSo()
    {
        await using var server = await TestServer.StartAsync();
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        await FillAsync(alice);
        await bob.PushAsync("bobs-canary", "\"bobs-canary\"", topics: ["bobs-canary"], agent: "bobs-canary");
        var file = await server.ExportAsync("alice");
        Assert.DoesNotContain("bobs-canary", Encoding.UTF8.GetString(file), StringComparison.Ordinal);
        Assert.Contains("bobs-canary", Encoding.UTF8.GetString(await server.ExportAsync("bob")), StringComparison.Ordinal);

        await Transfer.RefusedAsync(ErrorReason.ExportUserMismatch, server.ImportAsync("bob", file, replace: true));
        await Transfer.RefusedAsync(ErrorReason.ExportUserMismatch, server.ImportAsync("carol", file));
        Assert.Equal(["bobs-canary"], await bob.KeysAsync());
        Assert.False(server.HasStore("carol"));

        await server.ImportAsync("carol", file, allowOtherUser: true);
        Assert.Equal(await StateAsync(alice), await StateAsync(server.As("carol")));
    }

    [Fact]
    public async Task Import_ThatFails_LeavesNothingBehind()
    {
        await using var server = await TestServer.StartAsync("--Quotas:MaxItems=50");
        var alice = server.As("alice");
        await FillAsync(alice);
        var file = await server.ExportAsync("alice");
        var altered = file.ToArray();
        altered[file.Length / 2] ^= 1;

        await Transfer.RefusedAsync(ErrorReason.ExportInvalid, server.ImportAsync("bob", altered, allowOtherUser: true));
        await Transfer.RefusedAsync(
            ErrorReason.ExportInvalid, server.ImportAsync("bob", file[..^1000], allowOtherUser: true, chunkBytes: 500));
        await Transfer.RefusedAsync(ErrorReason.ExportInvalid, server.ImportAsync("bob", [], allowOtherUser: true));
        var many = server.As("many");
        for (var n = 0; n < 50; n++)
        {
            await many.PushAsync($"{n}");
        }

        server.Services.GetRequiredService<QuotaBook>().Set(UserId.Trusted("bob"), new() { MaxItems = 49 });
        await Transfer.RefusedAsync(
            ErrorReason.QuotaItems, server.ImportAsync("bob", await server.ExportAsync("many"), allowOtherUser: true));
        using (var cut = server.Administration.ImportUser())
        {
            await cut.RequestStream.WriteAsync(new() { Header = new() { UserId = "bob" } });
        }

        using (var headless = server.Administration.ImportUser())
        {
            await headless.RequestStream.WriteAsync(new() { Chunk = Google.Protobuf.ByteString.CopyFrom(file, 0, 100) });
            Refusal.Of(ErrorReason.ExportInvalid, await Assert.ThrowsAsync<RpcException>(() => headless.ResponseAsync));
        }

        Assert.False(server.HasStore("bob"));
        Assert.Equal(new Position(), await server.As("bob").PositionAsync());
        // A user that does not exist cannot be exported, and the attempt does not create it.
        Refusal.Of(ErrorReason.UserNotFound, await Assert.ThrowsAsync<RpcException>(() => server.ExportAsync("bob")));
        Assert.False(server.HasStore("bob"));
        await server.ImportAsync("bob", await server.ExportAsync("alice"), allowOtherUser: true);
    }

    [Fact]
    public async Task Import_OfARestrictedAgent_LeavesItRestricted()
    {
        await using var server = await TestServer.StartAsync();
        var alice = server.As("alice");
        await alice.Mesh.SetPostPermissionsAsync(new() { Agent = "a", Permissions = new() { Topics = { "t" } } });
        await alice.PushAsync("k", topics: ["t"], agent: "a");
        await alice.Mesh.SetAccessAsync(new() { Agent = "reader", Access = new() { PredefinedRole = PredefinedRole.Readonly } });
        await server.ImportAsync("alice", await server.ExportAsync("alice"), replace: true);

        await alice.PushAsync("k", "2", topics: ["t"], agent: "a");
        await Refusal.OfAsync(ErrorReason.RoutingNotAllowed, alice.Mesh.PushAsync(TestUser.Push("l", topics: ["u"], agent: "a")));
        await Refusal.OfAsync(ErrorReason.RoutingNotAllowed, alice.Mesh.PushAsync(TestUser.Push("l", agent: "a")));
        await Refusal.OfAsync(ErrorReason.ToolNotAllowed, alice.Mesh.PushAsync(TestUser.Push("l", agent: "reader")));
    }

    private static async Task FillAsync(TestUser user)
    {
        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "z", Topics = { "t", "u" } });
        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "a", Topics = { "u" } });
        await user.Mesh.SetPostPermissionsAsync(new() { Agent = "a", Permissions = new() { Topics = { "u" }, MayPostDirect = true } });
        await user.PushAsync(
            "it's; DROP TABLE changes; --", " {\"a\" :\t1.0e5 ,\r\n \"b\":[ ] } ", topics: ["t"], subscribers: ["x"], agent: "z");
        await user.PushAsync("😀", "\"\\ud83d\\ude00 <>&'\"", topics: ["u"], agent: "a");
        await user.PushAsync("later", ttl: TimeSpan.FromDays(1));
        await user.PushAsync("large", $"\"{new string('é', 400_000)}\"");
        await user.PushAsync("gone");
        await user.Mesh.RemoveAsync(new() { Key = "gone" });
        await user.PushAsync("k", "1");
        await user.PushAsync("k", "2");
    }

    // Without the epoch, which differs.
    private static async Task<string> StateAsync(TestUser user)
    {
        var items = await user.Mesh.ListAsync(new() { PageSize = 1000 });
        var topics = await user.Mesh.ListTopicsAsync(new() { PageSize = 1000 });
        var permissions = await user.Mesh.GetPostPermissionsAsync(new() { Agent = "a" });
        var views = string.Join(' ', await user.KeysAsync("a"), await user.KeysAsync("z"), await user.KeysAsync("x"));
        return $"{string.Join('\n', items.Items)}\n{string.Join('\n', topics.Topics)}\n{permissions.Permissions}\n{views}";
    }

    private static async Task<(long Items, long Bytes)> CountAsync(TestUser user)
    {
        var stats = await user.Mesh.GetStatsAsync(new());
        return (stats.Stats.ActiveItems, stats.Stats.TotalBytes);
    }

    private static async Task RefuseAsync(ErrorReason reason, TestUser user, Position after)
    {
        var resumed = user.Mesh.Subscribe(new() { Start = new() { After = after } });
        Refusal.Of(reason, await Assert.ThrowsAsync<RpcException>(() => resumed.ResponseStream.MoveNext(CancellationToken.None)));
    }
}
