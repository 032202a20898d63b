using Npgsql;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Nodes;

/// <summary>
/// The database fails over to a copy that lacks the last commit, while nodes run on. They notice it by themselves: positions that were
/// given out never stand for other commits.
/// </summary>
[Trait("Runs", "Once")]
public sealed class LostCommitsTests
{
    [Fact]
    public async Task Node_ThatFindsALowerHeadThanItKnew_GivesTheUserANewEpoch()
    {
        await using var nodes = await NodeGroup.StartAsync(2, "--Audit:Enabled=false");
        (nodes[0].MayLogErrors, nodes[1].MayLogErrors) = (true, true);
        var (here, there) = (nodes.As("alice", 0), nodes.As("alice", 1));
        await here.PushAsync("kept");
        await here.PushAsync("lost");
        var known = await here.PositionAsync();
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(there);

        await using (var connection = new NpgsqlConnection(nodes.Store.ConnectionString + ";Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var lose = new NpgsqlCommand(
                $"""
                DELETE FROM user_alice.live WHERE place >= {2L << 24};
                DELETE FROM user_alice.changes WHERE place >= {2L << 24};
                UPDATE syntha.heads SET revision = 1 WHERE user_id = 'alice';
                """,
                connection);
            await lose.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Assert.Null(await here.ValueAsync("lost"));
        Assert.Equal("1", await here.ValueAsync("kept"));
        var after = await here.PositionAsync();
        Assert.Equal((true, 1), (after.Epoch != known.Epoch, after.Revision));
        await stream.ReadToEndAsync();
        Assert.Equal(2, await there.PushAsync("other"));
        var resumed = here.Mesh.Subscribe(new() { Start = new() { After = known } });
        Refusal.Of(
            ErrorReason.EpochChanged,
            await Assert.ThrowsAsync<RpcException>(() => resumed.ResponseStream.MoveNext(CancellationToken.None)));
        Assert.Contains(
            nodes[0].Log.Errors.Concat(nodes[1].Log.Errors),
            line => line.Contains("has lost commits of user alice: it had acknowledged revision 2, and is at 1", StringComparison.Ordinal));
    }
}
