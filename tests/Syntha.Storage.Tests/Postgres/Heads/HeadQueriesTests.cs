using Syntha.Storage.Postgres.Heads;

namespace Syntha.Storage.Tests.Postgres.Heads;

public sealed class HeadQueriesTests
{
    private readonly List<(string[] Users, TaskCompletionSource<List<HeadQueries.Row>> Answer)> sent = [];
    private readonly HeadQueries queries;
    private readonly UserId alice = UserIds.Of("alice");
    private readonly UserId bob = UserIds.Of("bob");

    public HeadQueriesTests() => queries = new(users =>
    {
        var answer = new TaskCompletionSource<List<HeadQueries.Row>>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (sent)
        {
            sent.Add((users(), answer));
        }

        return answer.Task;
    });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_WhileQueriesAreUnderWay_IsAnsweredByALaterOne()
    {
        var early = Task.WhenAll(queries.ReadAsync(alice, Token), queries.ReadAsync(alice, Token));
        // Two queries are under way now. Later callers share the next one, across users.
        var late = queries.ReadAsync(alice, Token);
        var later = Task.WhenAll(queries.ReadAsync(bob, Token), queries.ReadAsync(alice, Token));
        Assert.Equal(2, sent.Count);

        sent[0].Answer.SetResult([Row("alice", 1)]);
        sent[1].Answer.SetResult([Row("alice", 1)]);
        Assert.All(await early, head => Assert.Equal(1, head.Position.Revision));
        await SentAsync(3);
        Assert.False(late.IsCompleted);
        Assert.Equal(["alice", "bob"], sent[2].Users.Order());
        sent[2].Answer.SetResult([Row("bob", 9), Row("alice", 2)]);

        Assert.Equal(2, (await late).Position.Revision);
        Assert.Equal([9, 2], (await later).Select(head => head.Position.Revision));
        Assert.Equal(3, sent.Count);
    }

    [Fact]
    public async Task Read_QueryThatFails_FailsItsOwnCallersOnly()
    {
        var first = queries.ReadAsync(alice, Token);
        var second = queries.ReadAsync(bob, Token);

        sent[0].Answer.SetException(new TimeZoneNotFoundException());
        sent[1].Answer.SetResult([Row("bob", 3)]);

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => first);
        Assert.Equal(3, (await second).Position.Revision);
    }

    [Fact]
    public async Task Read_UserWithoutAHead_IsEmpty()
    {
        var read = queries.ReadAsync(alice, Token);
        sent[0].Answer.SetResult([]);

        Assert.Equal(StoreHead.Empty, await read);
    }

    [Fact]
    public async Task Read_FromADatabaseThatFollowsAnother_IsStoreDown()
    {
        var read = queries.ReadAsync(alice, Token);
        sent[0].Answer.SetResult([Row("alice", 3) with { IsFollower = true }]);

        await read.FailsAsync(ErrorReason.StoreDown);
    }

    private static HeadQueries.Row Row(string user, long revision) => new(user, "epoch", revision, 1, IsFollower: false, Now: 0);

    // The next query is sent when the one before it ends.
    private async Task SentAsync(int count)
    {
        while (true)
        {
            lock (sent)
            {
                if (sent.Count >= count)
                {
                    return;
                }
            }
            await Task.Yield();
        }
    }
}
