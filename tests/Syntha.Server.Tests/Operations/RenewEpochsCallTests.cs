using Syntha.Server.Tests.Nodes;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Operations;

/// <summary>After a restore, positions from the time after the backup are refused and not mistaken for others.</summary>
public sealed class RenewEpochsCallTests
{
    [Fact]
    public async Task RenewEpochs_GivesAllUsersNewEpochsAndKeepsWhatTheyHave()
    {
        await using var server = await TestServer.StartAsync();
        var (alice, bob) = (server.As("alice"), server.As("Bob@example"));
        await alice.PushAsync("k", "\"of alice\"");
        await bob.PushAsync("k", "\"of bob\"");
        var (ofAlice, ofBob) = (await alice.PositionAsync(), await bob.PositionAsync());
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(alice);

        Assert.Equal((2, 0, 2), await MarkAsync(server));

        await stream.ReadToEndAsync();
        Refusal.Of(ErrorReason.EpochChanged, stream.Streams[0].Failure!);
        foreach (var (user, before) in new[] { (alice, ofAlice), (bob, ofBob) })
        {
            var after = await user.PositionAsync();
            Assert.Equal(before.Revision, after.Revision);
            Assert.NotEqual(before.Epoch, after.Epoch);
            await RefuseAsync(user, before);
        }
        Assert.Equal("\"of alice\"", await alice.ValueAsync("k"));
        Assert.Equal("\"of bob\"", await bob.ValueAsync("k"));
        Assert.Equal(2, await alice.PushAsync("l"));
        Assert.Equal((2, 0, 2), await MarkAsync(server));
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task RenewEpochs_AfterFilesWereRestored_RefusesWhatTheBackupDoesNotKnow()
    {
        await using var server = await TestServer.StartAsync();
        await server.As("alice").PushAsync("k", "1");
        var backup = Path.Combine(server.Folder, "backup.db");
        await server.RestartAsync(() => File.Copy(Path.Combine(server.FolderOf("alice"), "context.db"), backup));
        await server.As("alice").PushAsync("k", "2");
        var lost = await server.As("alice").PositionAsync();
        await server.RestartAsync(() => File.Copy(backup, Path.Combine(server.FolderOf("alice"), "context.db"), overwrite: true));

        await MarkAsync(server);

        // Another history, in which the lost revision means something else.
        Assert.Equal(lost.Revision, await server.As("alice").PushAsync("other"));
        await RefuseAsync(server.As("alice"), lost);
        Assert.Equal("1", await server.As("alice").ValueAsync("k"));
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task RenewEpochsCommand_OneUserWhoseFileIsDamaged_ExitsWith1()
    {
        await using var server = await TestServer.StartAsync();
        server.MayLogErrors = true;
        await server.As("alice").PushAsync("k");
        await server.As("bob").PushAsync("k");
        var (file, before) = (Path.Combine(server.FolderOf("bob"), "context.db"), await server.As("alice").PositionAsync());
        await server.RestartAsync(() => File.WriteAllBytes(file, new byte[8192]));

        var (code, output, errors) = await OperatorCommand.RunAsync(server, "renew-epochs");

        Assert.Equal((1, "1 of 2 users, 1 failed\n"), (code, output));
        Assert.StartsWith("Not complete: 1 of 2 users failed.", errors, StringComparison.Ordinal);
        Assert.NotEqual(before.Epoch, (await server.As("alice").PositionAsync()).Epoch);
        File.Delete(file);
        Directory.Delete(server.FolderOf("bob"));
        Assert.Equal((0, "1 of 1 users, 0 failed\n", ""), await OperatorCommand.RunAsync(server, "renew-epochs"));
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task RenewEpochs_OnOneNode_ReachesTheOthers()
    {
        await using var nodes = await NodeGroup.StartAsync(2);
        var there = nodes.As("alice", 1);
        await there.PushAsync("k");
        var before = await there.PositionAsync();
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(there);

        Assert.Equal((1, 0, 1), await MarkAsync(nodes[0]));

        await stream.ReadToEndAsync();
        Refusal.Of(ErrorReason.EpochChanged, stream.Streams[0].Failure!);
        await RefuseAsync(there, before);
        Assert.Equal(["k"], await there.KeysAsync());
        Assert.NotEqual(before.Epoch, (await there.PositionAsync()).Epoch);
    }

    private static async Task<(long Done, long Failed, long Total)> MarkAsync(TestServer server)
    {
        var marking = server.Administration.RenewEpochs(new());
        RenewEpochsResponse? last = null;
        while (await marking.ResponseStream.MoveNext(CancellationToken.None))
        {
            last = marking.ResponseStream.Current;
        }

        return (last!.Done, last.Failed, last.Total);
    }

    private static async Task RefuseAsync(TestUser user, Position after)
    {
        var resumed = user.Mesh.Subscribe(new() { Start = new() { After = after } });
        Refusal.Of(
            ErrorReason.EpochChanged,
            await Assert.ThrowsAsync<RpcException>(() => resumed.ResponseStream.MoveNext(CancellationToken.None)));
    }
}
