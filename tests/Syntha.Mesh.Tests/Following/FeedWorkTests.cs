using Syntha.Mesh.Following;

namespace Syntha.Mesh.Tests.Following;

/// <summary>What a feed costs is bounded, can be cancelled, and is counted.</summary>
public sealed class FeedWorkTests
{
    private const int LongKeys = 200;

    private static readonly FeedFilter CostlyGlob =
        new(new(Glob: KeyGlob.Parse(string.Concat(Enumerable.Repeat("*a", 511)) + "*b")), [], IncludesAgents: false);

    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Snapshot_GlobThatCostsMuchAndMatchesNothing_EndsEachPageAfterABoundedTime()
    {
        await PushLongKeysAsync();
        using var feed = mesh.Follow(null, CostlyGlob);

        var pages = feed.TakeSnapshot(item => item.Bytes).ToList();

        Assert.All(pages, Assert.Empty);
        // A page looks at MaxWork units, and a long key takes 4,000 characters of some 20 steps.
        Assert.InRange(pages.Count, LongKeys / (PageLimits.MaxWork / (4_000 * 20 / 64)), LongKeys);
    }

    [Fact]
    public async Task Read_GlobThatCostsMuch_ReturnsAfterABoundedTime()
    {
        using var feed = mesh.Follow(null, CostlyGlob);
        await PushLongKeysAsync(perCommand: 1);

        var reads = 0;
        for (; feed.Through.Revision < LongKeys; reads++)
        {
            Assert.Empty((await feed.ReadAsync())!);
        }

        Assert.True(reads >= 10, $"Only {reads} reads took it all.");
    }

    [Fact]
    public async Task Read_OneCommandThatCostsMuch_EndsWhenItIsCancelledAndMovesNothing()
    {
        using var feed = mesh.Follow(null, CostlyGlob);
        await PushLongKeysAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => feed.ReadAsync(cancelled.Token).AsTask());

        Assert.Equal(0, feed.Through.Revision);
        Assert.Empty((await feed.ReadAsync())!);
        Assert.Equal(1, feed.Through.Revision);
    }

    [Fact]
    public async Task Read_WhereTheUserHasManyFeeds_WaitsForATurnSooner()
    {
        // A turn is not granted to a cancelled caller, and what needs none is not cancelled.
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        using var feed = mesh.Follow(null, CostlyGlob);
        await mesh.DoAsync(Commands.Push(new string('a', 4_000)));
        Assert.Empty((await feed.ReadAsync(cancelled.Token))!);

        var others = Enumerable.Range(0, 100).Select(_ => mesh.Follow(null, CostlyGlob)).ToList();
        await mesh.DoAsync(Commands.Push(new string('a', 4_000)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => feed.ReadAsync(cancelled.Token).AsTask());

        others.ForEach(other => other.Dispose());
        Assert.Empty((await feed.ReadAsync(cancelled.Token))!);
        Assert.Equal(2, feed.Through.Revision);
    }

    [Fact]
    public async Task Read_ManyFeedsThatResumeAtOnce_ReadEachPageOfTheLogOnce()
    {
        const int Pushes = 2_000;
        const int Followers = 50;
        const int PageChanges = 100;
        var resumed = new TestMesh(TestMesh.Limits with { Feeds = new() { RecentCommands = 1, PageChanges = PageChanges } });
        for (var number = 0; number < Pushes; number++)
        {
            await resumed.DoAsync(Commands.Push($"{number % 10}", $"{number}"));
        }

        var reads = 0;
        resumed.Store.BeforeRead = () =>
        {
            reads++;
            return ValueTask.CompletedTask;
        };
        // Each is at a place of its own.
        var feeds = Enumerable.Range(0, Followers).Select(number => resumed.Follow(null, after: number)).ToList();
        var seen = new List<string>[Followers];
        for (var round = 0; feeds.Exists(feed => feed.Through.Revision < Pushes); round++)
        {
            for (var follower = 0; follower < Followers; follower++)
            {
                (seen[follower] ??= []).AddRange((await feeds[follower].ReadAsync())!.Select(Feeds.Text));
            }
        }

        Assert.InRange(reads, Pushes / PageChanges, (Pushes / PageChanges) + 5);
        for (var follower = 0; follower < Followers; follower++)
        {
            Assert.Equal(Pushes - follower, seen[follower].Count);
            Assert.EndsWith($"@{follower + 1}", seen[follower][0], StringComparison.Ordinal);
        }

        // They are current now, and the pages leave memory.
        Assert.Equal(0, resumed.Mesh.LogPages.Bytes);
        feeds.ForEach(feed => feed.Dispose());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_WhileAnotherFeedReadsThePage_WaitsForThatRead(bool isCancelled)
    {
        var resumed = new TestMesh(TestMesh.Limits with { Feeds = new() { RecentCommands = 1 } });
        await resumed.DoAllAsync(Commands.Push("a"), Commands.Push("b"), Commands.Push("c"));
        var (hold, reads) = (new Hold(), 0);
        using var leaves = new CancellationTokenSource();
        resumed.Store.BeforeRead = async () =>
        {
            if (++reads == 1)
            {
                await hold.PassAsync();
                throw isCancelled ? new OperationCanceledException(leaves.Token) : new MeshException(ErrorReason.StoreBusy, "Not now.");
            }
        };
        using var one = resumed.Follow(null, after: 0);
        using var other = resumed.Follow(null, after: 0);
        using var third = resumed.Follow(null, after: 0);

        var first = one.ReadAsync().AsTask();
        await hold.Reached;
        var second = other.ReadAsync().AsTask();
        var leaving = third.ReadAsync(leaves.Token).AsTask();
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        Assert.Equal(1, reads);
        hold.Release();

        await Assert.ThrowsAnyAsync<Exception>(() => first);
        if (!isCancelled)
        {
            // It hears of the same failure, and nothing is lost.
            Assert.Equal(ErrorReason.StoreBusy, (await Assert.ThrowsAsync<MeshException>(() => second)).Reason);
            Assert.Equal(1, reads);
            second = other.ReadAsync().AsTask();
        }

        Assert.Equal(["Created a@1", "Created b@2", "Created c@3"], (await second)!.Select(Feeds.Text));
        Assert.Equal(2, reads);
    }

    [Fact]
    public async Task Read_AfterTheUserWasErased_GetsNothingOfASharedPage()
    {
        var erased = new TestMesh(TestMesh.Limits with { Feeds = new() { RecentCommands = 1, PageChanges = 1 } });
        await erased.DoAllAsync(Commands.Push("a"), Commands.Push("b"), Commands.Push("c"), Commands.Push("d"));
        using var one = erased.Follow(null, after: 0);
        using var other = erased.Follow(null, after: 0);
        Assert.Single((await one.ReadAsync())!);
        Assert.NotEqual(0, erased.Mesh.LogPages.Bytes);

        await erased.Store.EraseAsync();
        erased.Mesh.Retire(new(ErrorReason.EpochChanged, "The user was erased."));

        var refusal = await Assert.ThrowsAsync<MeshException>(() => other.ReadAsync().AsTask());
        Assert.Equal(ErrorReason.EpochChanged, refusal.Reason);
    }

    [Fact]
    public async Task Read_LongLog_KeepsABoundedPartOfItInMemory()
    {
        const long Most = 64 * 1024;
        var resumed = new TestMesh(TestMesh.Limits with { Feeds = new() { RecentCommands = 1, RecentBytes = Most, PageChanges = 10 } });
        for (var number = 0; number < 300; number++)
        {
            await resumed.DoAsync(Commands.Push("k", new string('1', 1_000)));
        }

        using var feed = resumed.Follow(null, after: 0);
        while (feed.Through.Revision < 250)
        {
            await feed.ReadAsync();
            Assert.InRange(resumed.Mesh.LogPages.Bytes, 1, Most);
        }
    }

    [Fact]
    public async Task Look_AtManyItems_EndsWhenItIsCancelled()
    {
        await mesh.DoAsync(Commands.PushMany(
            null, [.. Enumerable.Range(0, 1_000).Select(number => Commands.Draft($"{number}", topics: ["t"]))]));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await mesh.DoAsync(Commands.Register("ann", "t"));

        foreach (var view in new[] { mesh.View(null), mesh.View("ann") }.Select(view => view.Until(cancelled.Token)))
        {
            Assert.Throws<OperationCanceledException>(() => view.List(new(), new(null, 1_000, item => item.Bytes)));
            Assert.Throws<OperationCanceledException>(() => view.All().Count());
        }
        Assert.Throws<OperationCanceledException>(() => mesh.View("ann").Until(cancelled.Token).Count());
        Assert.Equal(1_000, mesh.Count("ann").Active);
    }

    [Fact]
    public async Task Snapshot_ManyThatAreReadSlowly_KeepNoMoreThanOneStateBesideThePresentOne()
    {
        var feeds = new List<(MeshFeed Feed, IEnumerator<IReadOnlyList<ContextItem>> Pages)>();
        for (var round = 0; round < 10; round++)
        {
            // Some 8 MiB in memory.
            await PushLargeAsync(round);
            var feed = mesh.Follow(null);
            var pages = feed.TakeSnapshot(item => item.Bytes).GetEnumerator();
            Assert.True(pages.MoveNext());
            feeds.Add((feed, pages));
        }

        Assert.InRange(mesh.Mesh.Pinned.Bytes, 1, MeshInside.StateOf(mesh.Mesh).MemoryBytes);
        var (lost, kept) = (feeds[0], feeds[^1]);
        Assert.False(lost.Pages.MoveNext());
        Assert.True(lost.Feed.IsSnapshotVoid);
        Assert.True(kept.Pages.MoveNext());
        Assert.False(kept.Feed.IsSnapshotVoid);
        Assert.True(feeds.Count(feed => feed.Pages.MoveNext() && !feed.Feed.IsSnapshotVoid) <= 2);

        // A snapshot that has lost its state begins again.
        Assert.Equal(64, lost.Feed.Snapshot().Length);
        feeds.ForEach(feed => feed.Feed.Dispose());
        await mesh.DoAsync(Commands.Push("k"));
        Assert.Equal(0, mesh.Mesh.Pinned.Bytes);
    }

    private Task<CommandResult> PushLargeAsync(int round) => mesh.DoAsync(Commands.PushMany(
        null, [.. Enumerable.Range(0, 64).Select(number => Commands.Draft($"{number}", $"\"{round}{new string('x', 64 * 1024)}\""))]));

    private async Task PushLongKeysAsync(int perCommand = LongKeys)
    {
        foreach (var keys in Enumerable.Range(1000, LongKeys).Select(number => new string('a', 3_996) + number).Chunk(perCommand))
        {
            await mesh.DoAsync(Commands.PushMany(null, [.. keys.Select(key => Commands.Draft(key))]));
        }
    }
}
