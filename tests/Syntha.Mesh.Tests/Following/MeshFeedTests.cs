using Syntha.Mesh.Following;

namespace Syntha.Mesh.Tests.Following;

/// <summary>
/// A subscriber's cursor moves with what was read, and stops where the subscriber's own rights change.
/// </summary>
public sealed class MeshFeedTests
{
    private static readonly FeedLimits LogOnly = new() { RecentCommands = 1, RecentBytes = 0 };

    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Read_FromNow_TellsWhatIsCommittedAfterwards()
    {
        await mesh.DoAsync(Commands.Push("before"));
        var feed = mesh.Follow("ann");
        Assert.Empty((await feed.ReadAsync())!);

        await mesh.DoAllAsync(Commands.Push("a"), Commands.Push("b", to: ["bob"]), Commands.Push("a"), Commands.Remove("before"));

        Assert.Equal(["Created a@2", "Updated a@4", "Removed before@5"], await feed.DrainAsync());
        Assert.Equal(new(mesh.Store.Epoch, 5), feed.Through);
    }

    [Fact]
    public async Task Lag_IsOfAllThatIsAfterTheCursor_AlsoOfWhatIsNotInTheView()
    {
        var feed = mesh.Follow("ann");
        Assert.Equal(0, feed.Lag);

        await mesh.DoAllAsync(Commands.Push("a"), Commands.Push("b", to: ["bob"]), Commands.Push("c"));

        Assert.Equal(3, feed.Lag);
        await feed.DrainAsync();
        Assert.Equal(0, feed.Lag);
    }

    [Fact]
    public async Task Read_ItemRoutedInAndOut_TellsOfItsValueOnlyWhileItIsInTheView()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "t"), Commands.Push("k", "1", to: ["bob"]));
        var feed = mesh.Follow("ann");
        await mesh.DoAllAsync(
            Commands.Push("k", "2", topics: ["t"]), Commands.Push("k", "3", topics: ["t", "u"]), Commands.Push("k", "4", topics: ["u"]),
            Commands.Push("k", "5", topics: ["u"]), Commands.Remove("k"));

        var page = (await feed.ReadAsync())!;

        Assert.Equal(["EnteredView k@3", "Updated k@4", "LeftView k@5"], page.Select(Feeds.Text));
        Assert.Equal(["2", "3", null], page.Select(seen => seen.Item?.ValueJson));
        Assert.Equal(7, feed.Through.Revision);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 2, 1_000)]
    [InlineData(2, 1, 1_000)]
    [InlineData(2, 2, 1)]
    [InlineData(1_024, 1_000, 1)]
    [InlineData(1_024, 1, 1_000_000)]
    [InlineData(1, 1_000, 1_000_000)]
    [InlineData(1_024, 1_000, 1_000_000)]
    public async Task Read_LittleKept_TellsTheSame(int recentCommands, int pageChanges, long pageBytes)
    {
        var small = Given(new FeedLimits { RecentCommands = recentCommands, PageChanges = pageChanges, PageBytes = pageBytes });
        var late = small.Follow("ann", after: 0);
        var keepingUp = small.Follow("ann");
        var seen = new List<string>();
        MeshCommand[] commands =
        [
            Commands.PushMany(null, Commands.Draft("a"), Commands.Draft("b"), Commands.Draft("c", to: ["bob"])),
            Commands.Push("hidden", to: ["bob"]),
            Commands.Push("a", "2"), Commands.Remove("b"), Commands.Push("d", by: "ann"), Commands.Clear("ann"),
        ];
        foreach (var command in commands)
        {
            await small.DoAsync(command);
            seen.AddRange(await keepingUp.DrainAsync());
        }

        string[] all = ["Created a@1", "Created b@1", "Updated a@3", "Removed b@4", "Created d@5", "Removed d@6"];
        Assert.Equal(all, seen);
        Assert.Equal(all, await late.DrainAsync());
        Assert.Equal(all[2..], await small.Follow("ann", after: 1).DrainAsync());
    }

    [Fact]
    public async Task Read_FullPage_EndsWithAWholeCommand()
    {
        var small = Given(new FeedLimits { PageChanges = 2 });
        var feed = small.Follow(null);
        await small.DoAllAsync(
            Commands.PushMany(null, [.. "abc".Select(key => Commands.Draft($"{key}"))]), Commands.Push("d"), Commands.Push("e"));

        Assert.Equal(3, (await feed.ReadAsync())!.Count);
        Assert.Equal(1, feed.Through.Revision);
        Assert.Equal(2, (await feed.ReadAsync())!.Count);
        Assert.Equal(3, feed.Through.Revision);
    }

    [Fact]
    public async Task Read_NothingOfTheView_MovesTheCursorAllTheSame()
    {
        var byRouting = mesh.Follow("ann");
        var byTopic = mesh.Follow(null, Feeds.Filter(topics: ["other"]));
        var byKind = mesh.Follow(null, Feeds.Filter(kinds: [FeedKind.Removed]));
        await mesh.DoAllAsync(Commands.Push("a", to: ["bob"]), Commands.Push("b", topics: ["t"]), Commands.Restrict("bob", []));

        foreach (var feed in new[] { byRouting, byTopic, byKind })
        {
            Assert.Empty((await feed.ReadAsync())!);
            Assert.Equal(3, feed.Through.Revision);
        }
        await mesh.DoAsync(Commands.Remove("b"));
        Assert.Equal(["Removed b@4"], await byKind.DrainAsync());
    }

    [Fact]
    public async Task Read_CommitThatReadersDoNotSeeYet_IsNotToldYet()
    {
        // The log is ahead of the mesh for the moment between a commit and its publication.
        var small = Given(LogOnly);
        await small.DoAsync(Commands.Push("a"));
        var feed = small.Follow(null, after: 0);
        var hold = new Hold();
        small.Store.AroundCommit = async commit =>
        {
            await commit();
            await hold.PassAsync();
        };
        var push = small.DoAsync(Commands.Push("b"));
        await hold.Reached;
        Assert.Equal(2, small.Store.Read().Position.Revision);

        Assert.Equal(["Created a@1"], await feed.DrainAsync());
        Assert.Equal(1, feed.Through.Revision);

        hold.Release();
        await push;
        Assert.Equal(["Created b@2"], await feed.DrainAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_InterruptedInItsMiddle_HasMovedNothing(bool isCancelled)
    {
        // What was read before the interruption was delivered to no caller. So a resume at the cursor must find it again.
        var small = Given(LogOnly with { PageChanges = 2 });
        var feed = small.Follow("ann");
        await small.DoAllAsync(Commands.Push("a"), Commands.Push("hidden", to: ["bob"]), Commands.Push("b"), Commands.Push("c"));
        using var cancelled = new CancellationTokenSource();
        var reads = 0;
        small.Store.BeforeRead = async () =>
        {
            if (++reads < 2)
            {
                return;
            }

            await cancelled.CancelAsync();
            throw isCancelled ? new OperationCanceledException(cancelled.Token) : new MeshException(ErrorReason.StoreBusy, "Not now.");
        };

        await Assert.ThrowsAnyAsync<Exception>(() => feed.ReadAsync(cancelled.Token).AsTask());

        Assert.Equal(2, reads);
        Assert.Equal(0, feed.Through.Revision);
        small.Store.BeforeRead = static () => ValueTask.CompletedTask;
        Assert.Equal(["Created a@1", "Created b@3", "Created c@4"], await feed.DrainAsync());
    }

    [Fact]
    public async Task Read_LogWithAGap_IsStoreCorrupt()
    {
        var small = Given(LogOnly);
        await small.DoAllAsync(Commands.Push("a"), Commands.Push("b"));
        // The mesh knows of two commands, and its store has lost them.
        var ahead = new UserMesh(new MemoryStore(small.Clock), small.Store.Read(), small.Clock, TestMesh.Limits, () => TestMesh.NoQuotas);
        var feed = ahead.Follow(null, Feeds.Filter(), new(small.Store.Epoch, 0));

        Assert.Equal(ErrorReason.StoreCorrupt, (await Assert.ThrowsAsync<MeshException>(() => feed.ReadAsync().AsTask())).Reason);
    }

    [Fact]
    public async Task Read_ValueThatHasExpiredSince_IsMarkedAndItsExpiryFollows()
    {
        var (prompt, late) = (mesh.Follow(null), mesh.Follow(null));
        await mesh.DoAsync(Commands.Push("k", ttl: TimeSpan.FromSeconds(1)));
        Assert.False(Assert.Single((await prompt.ReadAsync())!).IsExpired);

        mesh.Clock.Advance(TimeSpan.FromSeconds(2));
        await MeshInside.SettleAsync(mesh.Mesh);

        var page = (await late.ReadAsync())!;
        Assert.Equal(["Created k@1", "Expired k@2"], page.Select(Feeds.Text));
        Assert.Equal([true, false], page.Select(seen => seen.IsExpired));
        Assert.Equal(["Expired k@2"], await prompt.DrainAsync());
    }

    [Fact]
    public async Task Read_OwnerWhoAsksForAgents_IsToldOfThemAndNeverBeginsAnew()
    {
        var (asking, silent) = (mesh.Follow(null, Feeds.Filter(agents: true)), mesh.Follow(null));
        await mesh.DoAllAsync(Commands.Register("ann", "t"), Commands.Restrict("ann", ["t"]), Commands.Push("k"));

        Assert.Equal(["AgentChanged ann@1", "AgentChanged ann@2", "Created k@3"], await asking.DrainAsync());
        Assert.Equal(["Created k@3"], await silent.DrainAsync());
    }

    public static TheoryData<string> Voiding { get; } = new("register", "unsubscribe", "restrict", "unrestrict", "delete topic", "clear");

    [Theory]
    [MemberData(nameof(Voiding))]
    public async Task Read_OwnRightsChange_TellsWhatCameBeforeAndNothingOfTheCommandItself(string what)
    {
        await mesh.DoAllAsync(
            Commands.Register("ann", "t"), Commands.Restrict("ann", ["t"], global: true), Commands.Push("both", topics: ["t", "u"]),
            Commands.Push("only", topics: ["t"]));
        var (ann, bob) = (mesh.Follow("ann"), mesh.Follow("bob"));
        await mesh.DoAllAsync(
            Commands.Push("before"),
            what switch
            {
                "register" => Commands.Register("ann", "t", "u"),
                "unsubscribe" => Commands.Unsubscribe("ann", "u", "t"),
                "restrict" => Commands.Restrict("ann", ["t"]),
                "unrestrict" => Commands.Unrestrict("ann"),
                "delete topic" => Commands.DeleteTopic("t"),
                _ => Commands.Clear(),
            },
            Commands.Push("after"));

        Assert.Equal(["Created before@5"], (await ann.ReadAsync())!.Select(Feeds.Text));
        Assert.Equal(5, ann.Through.Revision);
        // For as long as no snapshot was taken.
        Assert.Null(await ann.ReadAsync());
        Assert.Null(await ann.ReadAsync());
        Assert.Equal(5, ann.Through.Revision);

        Assert.Equal(mesh.Keys(by: "ann"), ann.Snapshot());
        Assert.Equal(7, ann.Through.Revision);
        Assert.Empty((await ann.ReadAsync())!);
        await mesh.DoAsync(Commands.Push("more"));
        Assert.Equal(["Created more@8"], await ann.DrainAsync());
        // Changes of other agents do not concern bob.
        Assert.DoesNotContain("reset", await bob.DrainAsync());
    }

    [Fact]
    public async Task Read_VoidingCommandBehindWhatIsNotTold_StopsRightBeforeIt()
    {
        await mesh.DoAllAsync(Commands.Push("hidden", topics: ["t"], to: ["bob"]), Commands.Register("ann", "t"));
        var feed = mesh.Follow("ann", Feeds.Filter(prefix: "z"));
        // Removes and re-routes items first, which this feed does not deliver. The last command changes ann's subscriptions.
        await mesh.DoAllAsync(Commands.Push("hidden", topics: ["t"]), Commands.DeleteTopic("t"));

        Assert.Null(await feed.ReadAsync());
        Assert.Equal(3, feed.Through.Revision);
        Assert.Null(await feed.ReadAsync());
    }

    [Fact]
    public async Task Read_AfterATopicWasLost_TellsNothingMoreOfItEvenOfBefore()
    {
        await mesh.DoAsync(Commands.Register("ann", "t"));
        var feed = mesh.Follow("ann");
        await mesh.DoAllAsync(Commands.Push("secret", topics: ["t"]), Commands.Push("open"), Commands.Unsubscribe("ann", "t"));

        Assert.Equal(["Created open@3", "reset"], await feed.DrainAsync());
        Assert.Equal(["open"], feed.Snapshot());
    }

    [Fact]
    public async Task TakeSnapshot_ReadWhileOthersWrite_IsOfOneMomentAndChangesFollow()
    {
        var feed = mesh.Follow(null);
        await mesh.DoAllAsync(Commands.Push("a"), Commands.Push("b"));
        var pages = feed.TakeSnapshot(_ => PageLimits.MaxBytes).GetEnumerator();
        Assert.Equal(2, feed.Through.Revision);
        Assert.True(pages.MoveNext());
        Assert.Equal("a", Assert.Single(pages.Current).Key.Value);

        await mesh.DoAllAsync(Commands.Push("b", "2"), Commands.Push("c"));

        Assert.True(pages.MoveNext());
        Assert.Equal("1", Assert.Single(pages.Current).ValueJson);
        Assert.False(pages.MoveNext());
        Assert.Equal(["Updated b@3", "Created c@4"], await feed.DrainAsync());
    }

    [Fact]
    public async Task Read_TopicLostWhileTheNextPageWasReadAhead_TellsNothingOfIt()
    {
        var small = Given(LogOnly with { PageChanges = 1 });
        await small.DoAsync(Commands.Register("ann", "t"));
        var feed = small.Follow("ann");
        await small.DoAllAsync(Commands.Push("first"), Commands.Push("secret", topics: ["t"]), Commands.Push("open"));
        Assert.Equal("Created first@2", Feeds.Text(Assert.Single((await feed.ReadAsync())!)));

        await small.DoAsync(Commands.Unsubscribe("ann", "t"));

        Assert.Equal(["Created open@4", "reset"], await feed.DrainAsync());
    }

    [Fact]
    public async Task Read_LogOfManyPages_IsNoMoreThanOnePageAhead()
    {
        var small = Given(LogOnly with { PageChanges = 1 });
        var feed = small.Follow(null);
        await small.DoAllAsync(Commands.Push("a"), Commands.Push("b"), Commands.Push("c"), Commands.Push("d"));
        var reads = 0;
        small.Store.BeforeRead = () =>
        {
            reads++;
            return ValueTask.CompletedTask;
        };

        for (var page = 1; page <= 4; page++)
        {
            Assert.Single((await feed.ReadAsync())!);
            // The newest command is at hand, and needs no reading.
            Assert.Equal(Math.Min(page + 1, 3), reads);
        }
    }

    [Fact]
    public async Task Read_NextPageCouldNotBeReadAhead_IsReadWhenItIsNeeded()
    {
        var small = Given(LogOnly with { PageChanges = 1 });
        var feed = small.Follow(null);
        await small.DoAllAsync(Commands.Push("a"), Commands.Push("b"), Commands.Push("c"), Commands.Push("d"));
        var reads = 0;
        small.Store.BeforeRead = () =>
            ++reads is 2 or 3 ? throw new MeshException(ErrorReason.StoreBusy, "Not now.") : ValueTask.CompletedTask;

        Assert.Equal("Created a@1", Feeds.Text(Assert.Single((await feed.ReadAsync())!)));
        Assert.Equal(2, reads);
        var failure = await Assert.ThrowsAsync<MeshException>(() => feed.ReadAsync().AsTask());

        Assert.Equal((ErrorReason.StoreBusy, 1), (failure.Reason, feed.Through.Revision));
        Assert.Equal(["Created b@2", "Created c@3", "Created d@4"], await feed.DrainAsync());
    }

    [Fact]
    public async Task TakeSnapshot_NextPageWasReadAhead_ChangesFollowFromTheSnapshot()
    {
        var small = Given(LogOnly with { PageChanges = 1 });
        var feed = small.Follow(null);
        await small.DoAllAsync(Commands.Push("a"), Commands.Push("b"), Commands.Push("c"));
        Assert.Single((await feed.ReadAsync())!);

        Assert.Equal(["a", "b", "c"], feed.Snapshot());
        await small.DoAllAsync(Commands.Push("d"), Commands.Push("e"));

        Assert.Equal(["Created d@4", "Created e@5"], await feed.DrainAsync());
    }

    private static TestMesh Given(FeedLimits feeds) => new(TestMesh.Limits with { Feeds = feeds });
}
