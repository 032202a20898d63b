using System.Text;
using Syntha.Server.Tests.Nodes;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Stores;

/// <summary>Erasing a user by a call, while the server goes on and others use it.</summary>
public sealed class EraseTests
{
    private const string Canary = "canary-5b77";

    [Fact]
    public async Task Delete_AmongWriters_RefusesCleanlyWhatItCuts()
    {
        await using var server = await TestServer.StartAsync();
        var alice = server.As("alice");
        await alice.PushAsync("first");
        var epoch = (await alice.PositionAsync()).Epoch;
        var pushes = Enumerable.Range(0, 300).Select(number => alice.PushAsync($"{number % 20}")).ToList();

        await server.Administration.DeleteUserAsync(new() { UserId = "alice" });

        foreach (var push in pushes)
        {
            try
            {
                await push;
            }
            catch (RpcException cut)
            {
                Refusal.Of(cut.StatusCode == StatusCode.Unavailable ? ErrorReason.StoreDown : ErrorReason.EpochChanged, cut);
            }
        }
        // Those that came after it have made a new store, in which nothing is of before.
        await alice.PushAsync("last");
        Assert.NotEqual(epoch, (await alice.PositionAsync()).Epoch);
        Assert.Null(await alice.ValueAsync("first"));
        var revisions = server.ReadLog("alice").Rows.Select(row => row.Revision).Distinct().ToList();
        Assert.Equal(Enumerable.Range(1, revisions.Count).Select(revision => (long)revision), revisions);
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Delete_LeavesTheCanaryInNoFile()
    {
        await using var server = await TestServer.StartAsync();
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        await alice.PushAsync("k", $"\"{Canary}\"");
        await alice.PushAsync("k", "1");
        await bob.PushAsync("k", "\"of bob\"");
        Assert.NotEmpty(FilesWith(server.Folder, Canary));

        await server.Administration.DeleteUserAsync(new() { UserId = "alice" });

        Assert.Empty(FilesWith(server.Folder, Canary));
        Assert.Equal("\"of bob\"", await bob.ValueAsync("k"));
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains(Canary, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Delete_OnOneNode_EndsTheUserOnTheOthers()
    {
        await using var nodes = await NodeGroup.StartAsync(2);
        var (here, there) = (nodes.As("alice", 0), nodes.As("alice", 1));
        await here.PushAsync("k", "1");
        Assert.Equal("1", await there.ValueAsync("k"));
        var before = await there.PositionAsync();
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(there);

        await nodes[0].Administration.DeleteUserAsync(new() { UserId = "alice" });

        await stream.ReadToEndAsync();
        Assert.Equal(EndingReason.Reloaded, stream.Ending!.Reason);
        Assert.Null(await there.ValueAsync("k"));
        Assert.False(nodes[1].HasStore("alice"));
        // A node that has the mesh in memory, and writes to it first.
        await there.PushAsync("k", "2");
        Assert.Equal("2", await here.ValueAsync("k"));
        await nodes[1].Administration.DeleteUserAsync(new() { UserId = "alice" });
        await PushAgainAsync(here);
        Assert.Equal(["l"], await there.KeysAsync());
        Assert.NotEqual(before.Epoch, (await there.PositionAsync()).Epoch);
    }

    // The first one is told that the mesh in memory is of no use, as clients are made to repeat; nothing of it is written.
    private static async Task PushAgainAsync(TestUser user)
    {
        Refusal.Of(ErrorReason.StoreDown, await Assert.ThrowsAsync<RpcException>(() => user.PushAsync("l")));
        Assert.Equal(1, await user.PushAsync("l"));
    }

    private static string[] FilesWith(string folder, string text) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "lock" && File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)];
}
