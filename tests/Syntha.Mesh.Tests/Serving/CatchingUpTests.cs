using Syntha.Mesh.Tests.Following;

namespace Syntha.Mesh.Tests.Serving;

/// <summary>Two nodes hold the mesh of one user. Each learns from the log what the other has committed.</summary>
public sealed class CatchingUpTests
{
    private readonly TestMesh one = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CatchUp_AfterAnothersCommits_ShowsThem()
    {
        var other = one.LoadOnAnotherNode();
        await one.DoAllAsync(Commands.Push("a"), Commands.Push("b"), Commands.Remove("a"));

        await other.CatchUpAsync(Token);

        Assert.Equal(3, other.Revision);
        Assert.Equal(["b"], KeysOf(other));
    }

    [Fact]
    public async Task CatchUp_TwoAtOnceOverTheSamePage_AppliesItOnceAndKeepsTheMesh()
    {
        var other = one.LoadOnAnotherNode();
        await one.DoAllAsync(Commands.Push("a"), Commands.Push("b"));
        // One reads its page, and before it applies that, a turn to write has read and applied the same.
        var hold = one.Store.HoldNextRead();
        var slow = other.CatchUpAsync(Token).AsTask();
        await hold.Reached;
        Assert.Equal(3, (await other.SubmitAsync(Commands.Push("c"), Token)).Position.Revision);
        hold.Release();
        await slow;

        Assert.Null(other.Fault);
        Assert.Equal(3, other.Revision);
        Assert.Equal(["a", "b", "c"], KeysOf(other));
    }

    [Fact]
    public async Task CatchUp_WhenTheDatabaseHasLostCommits_RenewsTheEpochAndNeverFoldsOntoAnotherPast()
    {
        var epoch = one.Store.Epoch;
        await one.DoAllAsync(Commands.Push("a"), Commands.Push("b"));
        var other = one.LoadOnAnotherNode();
        one.Store.LoseLastCommand();

        await other.CatchUpAsync(Token);

        Assert.True(other.IsOutdated);
        Assert.NotEqual(epoch, one.Store.Epoch);
        // A node that begins anew has a past of its own, which no position of before fits.
        var anew = one.LoadOnAnotherNode();
        Assert.Equal(2, (await anew.SubmitAsync(Commands.Push("c"), Token)).Position.Revision);
        Assert.Equal(["a", "c"], KeysOf(anew));
    }

    [Fact]
    public async Task Write_WhenTheDatabaseHasLostCommits_WritesNothingOnAnotherPast()
    {
        var epoch = one.Store.Epoch;
        await one.DoAllAsync(Commands.Push("a"), Commands.Push("b"));
        var other = one.LoadOnAnotherNode();
        one.Store.LoseLastCommand();

        var refusal = await Assert.ThrowsAsync<MeshException>(() => other.SubmitAsync(Commands.Push("c"), Token));

        Assert.Equal(ErrorReason.StoreDown, refusal.Reason);
        Assert.Single(one.Store.Log);
        Assert.NotEqual(epoch, one.Store.Epoch);
    }

    [Fact]
    public async Task CatchUp_WhenAnOwnCommitComesWhileTheHeadIsRead_KeepsTheEpoch()
    {
        var epoch = one.Store.Epoch;
        await one.DoAsync(Commands.Push("a"));
        var other = one.LoadOnAnotherNode();
        var catching = Task.Run(async () =>
        {
            for (var n = 0; n < 500; n++)
            {
                await other.CatchUpAsync(Token);
            }
        }, Token);

        for (var n = 0; n < 500; n++)
        {
            await other.SubmitAsync(Commands.Push("b"), Token);
        }

        await catching;
        Assert.Null(other.Fault);
        Assert.Equal(epoch, one.Store.Epoch);
    }

    [Fact]
    public async Task Write_AfterAnothersCommit_IsEvaluatedAgainstIt()
    {
        var other = one.LoadOnAnotherNode();
        await one.DoAsync(Commands.Push("a"));

        var refusal = await Assert.ThrowsAsync<MeshException>(() => other.SubmitAsync(Commands.Push("a", ifRevision: 0), Token));

        Assert.Equal(ErrorReason.KeyExists, refusal.Reason);
        Assert.Equal(2, (await other.SubmitAsync(Commands.Push("a", ifRevision: 1), Token)).Position.Revision);
    }

    [Fact]
    public async Task Feed_WhenTheHeadIsAnnounced_HasWhatAnotherCommitted()
    {
        var other = one.LoadOnAnotherNode();
        var feed = other.Follow(null, Feeds.Filter(), null);
        await one.DoAsync(Commands.Push("a"));
        var changed = other.NextChange;

        one.Store.Announce();

        await changed;
        Assert.Equal(["Created a@1"], await feed.DrainAsync());
    }

    [Fact]
    public async Task Feed_WhenTheHeadIsAnnouncedWhileTwoBeforeAreFollowed_HasWhatCameLast()
    {
        var other = one.LoadOnAnotherNode();
        var feed = other.Follow(null, Feeds.Filter(), null);
        await one.DoAsync(Commands.Push("a"));
        var hold = new Hold();
        one.Store.AfterRead = async () =>
        {
            one.Store.AfterRead = static () => ValueTask.CompletedTask;
            await hold.PassAsync();
        };
        one.Store.Announce();
        await hold.Reached;
        one.Store.Announce();
        // Both have read the head before this commit, and it is announced once only.
        await one.DoAsync(Commands.Push("b"));
        one.Store.Announce();

        hold.Release();
        while (other.Revision < 2)
        {
            await Task.Yield();
            Token.ThrowIfCancellationRequested();
        }

        Assert.Equal(["Created a@1", "Created b@2"], await feed.DrainAsync());
    }

    [Fact]
    public async Task Feed_WhenTheLogCannotBeReadAtFirst_HasItWhenItCan()
    {
        var other = one.LoadOnAnotherNode();
        var feed = other.Follow(null, Feeds.Filter(), null);
        await one.DoAsync(Commands.Push("a"));
        var failed = new TaskCompletionSource();
        one.Store.BeforeRead = () =>
        {
            one.Store.BeforeRead = static () => ValueTask.CompletedTask;
            failed.SetResult();
            throw new MeshException(ErrorReason.StoreDown, "The store does not answer.");
        };
        var changed = other.NextChange;

        // Announced once only. No second announcement will follow.
        one.Store.Announce();
        await failed.Task;
        for (var second = 0; second < 10_000 && !changed.IsCompleted; second++)
        {
            one.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True(changed.IsCompleted);
        Assert.Null(other.Fault);
        Assert.Equal(["Created a@1"], await feed.DrainAsync());
    }

    [Fact]
    public async Task CatchUp_WhenTheLogNoLongerReachesBack_RetiresTheMesh()
    {
        var (small, other) = WithShortLog();
        await FillAsync(small, small.Mesh);

        await other.CatchUpAsync(Token);

        Assert.True(other.IsOutdated);
        Assert.Equal(ErrorReason.StoreDown, other.Fault!.Reason);
    }

    [Fact]
    public async Task CatchUp_WhenOthersOnThisNodeWereFasterAndTheLogIsTrimmed_KeepsTheMesh()
    {
        var (small, other) = WithShortLog();
        await small.DoAsync(Commands.Push("a"));
        var hold = small.Store.HoldNextRead();
        var slow = other.CatchUpAsync(Token).AsTask();
        await hold.Reached;
        await FillAsync(small, other);
        hold.Release();
        await slow;

        Assert.Null(other.Fault);
        Assert.Equal(small.Store.Log.Length, other.Revision);
    }

    private static (TestMesh Small, UserMesh Other) WithShortLog()
    {
        var small = new TestMesh(TestMesh.Limits with { Log = new(2, long.MaxValue, TimeSpan.FromDays(1)) });
        return (small, small.LoadOnAnotherNode());
    }

    // Until the log begins later than with its first command.
    private static async Task FillAsync(TestMesh mesh, UserMesh by)
    {
        for (var n = 0; n < 10; n++)
        {
            await by.SubmitAsync(Commands.Push($"k{n}"), Token);
        }

        while (mesh.Store.Oldest < 4)
        {
            await Task.Yield();
        }
    }

    private static string[] KeysOf(UserMesh mesh) => [.. Pages.All(mesh.View(null), new()).Select(item => item.Key.Value)];
}
