using Syntha.Mesh.Following;

namespace Syntha.Mesh.Tests.Following;

/// <summary>Where a feed may begin, and its refusal when the log does not reach back that far.</summary>
public sealed class FeedResumeTests
{
    private readonly TestMesh mesh = new(TestMesh.Limits with
    {
        Log = new(MaxChanges: 2, MaxBytes: 1_000_000, MaxAge: TimeSpan.FromDays(7)),
        Feeds = new() { RecentCommands = 1, RecentBytes = 0 },
    });

    [Theory]
    [InlineData(0, "Created a@1", "Created b@2")]
    [InlineData(1, "Created b@2")]
    [InlineData(2)]
    public async Task Follow_AfterAPosition_TellsWhatFollowsIt(int after, params string[] changes)
    {
        await mesh.DoAllAsync(Commands.Push("a"), Commands.Push("b"));

        var feed = mesh.Follow(null, after: after);

        Assert.Equal(after, feed.Through.Revision);
        Assert.Equal(1, feed.OldestRevision);
        Assert.Equal(changes, await feed.DrainAsync());
    }

    [Fact]
    public async Task Follow_PositionOfAnotherEpoch_IsEpochChanged()
    {
        await mesh.DoAsync(Commands.Push("a"));

        AssertRefused(ErrorReason.EpochChanged, () => mesh.Mesh.Follow(null, Feeds.Filter(), new("another", 1)));
        AssertRefused(ErrorReason.EpochChanged, () => mesh.Mesh.Follow(null, Feeds.Filter(), Position.Empty));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public async Task Follow_PositionThatIsNotThere_IsRevisionInFuture(long after)
    {
        await mesh.DoAsync(Commands.Push("a"));

        Assert.Equal("1", AssertRefused(ErrorReason.RevisionInFuture, () => mesh.Follow(null, after: after)).Metadata["head"]);
    }

    [Fact]
    public async Task Follow_PositionBelowTheLog_IsHistoryCompacted()
    {
        await GivenTrimmedAsync();

        var refusal = AssertRefused(ErrorReason.HistoryCompacted, () => mesh.Follow(null, after: 1));

        Assert.Equal(("3", "4"), (refusal.Metadata["oldest"], refusal.Metadata["head"]));
        var feed = mesh.Follow(null, after: 2);
        Assert.Equal(3, feed.OldestRevision);
        Assert.Equal(["Created c@3", "Created d@4"], await feed.DrainAsync());
    }

    [Fact]
    public async Task Read_LogWasTrimmedPastTheCursor_IsHistoryCompactedAndMovesNothing()
    {
        var feed = mesh.Follow(null);
        await GivenTrimmedAsync();

        var refusal = await Assert.ThrowsAsync<MeshException>(() => feed.ReadAsync().AsTask());

        Assert.Equal(ErrorReason.HistoryCompacted, refusal.Reason);
        Assert.Equal(("3", "4"), (refusal.Metadata["oldest"], refusal.Metadata["head"]));
        Assert.Equal(0, feed.Through.Revision);
        Assert.Equal(["a", "b", "c", "d"], feed.Snapshot());
        Assert.Empty(await feed.DrainAsync());
    }

    [Fact]
    public async Task Follow_AfterTheHeadOfAnEmptyLog_TellsWhatFollows()
    {
        mesh.Clock.Advance(TimeSpan.FromDays(1));
        await mesh.DoAllAsync(Commands.Push("a"), Commands.Push("b"));
        mesh.Clock.Advance(TimeSpan.FromDays(30));
        mesh.Mesh.TrimLog();
        await MeshInside.SettleAsync(mesh.Mesh);
        Assert.Equal(3, mesh.Store.Oldest);

        AssertRefused(ErrorReason.HistoryCompacted, () => mesh.Follow(null, after: 1));
        var feed = mesh.Follow(null, after: 2);
        await mesh.DoAsync(Commands.Push("c"));

        Assert.Equal(["Created c@3"], await feed.DrainAsync());
    }

    private async Task GivenTrimmedAsync()
    {
        await mesh.DoAllAsync(Commands.Push("a"), Commands.Push("b"), Commands.Push("c"), Commands.Push("d"));
        await MeshInside.SettleAsync(mesh.Mesh);
        Assert.Equal(3, mesh.Store.Oldest);
    }

    private static MeshException AssertRefused(ErrorReason reason, Func<MeshFeed> follow)
    {
        var refusal = Assert.Throws<MeshException>(() => follow());
        Assert.Equal(reason, refusal.Reason);
        return refusal;
    }
}
