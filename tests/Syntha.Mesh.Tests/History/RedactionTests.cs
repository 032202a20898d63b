using Syntha.Mesh.Following;
using Syntha.Mesh.History;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Tests.History;

/// <summary>Redactions: the value is gone from everything that tells of the past, and what tells of it is told.</summary>
public sealed class RedactionTests
{
    private const string Secret = "\"s3cret\"";

    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Redact_OneVersion_LeavesWhoWroteWhenAndNoValue()
    {
        await mesh.DoAllAsync(Commands.Push("k", "1"), Commands.Push("k", Secret, by: "ann", topics: ["t"]), Commands.Push("k", "3"));

        var redacted = await mesh.RedactAsync("k", mesh.Version(2));

        Assert.Equal((1, false, false), (redacted.Answer.Items, redacted.Answer.HasRemoved, redacted.Answer.HasMore));
        Assert.Equal("3", mesh.Get("k"));
        var versions = (await VersionsAsync("k")).ToList();
        Assert.Equal([FeedKind.Redacted, FeedKind.Updated, FeedKind.Updated, FeedKind.Created], versions.Select(version => version.Kind));
        Assert.Equal(new ChangePlace(2, 0), versions[0].Change.Redacts);
        Assert.Equal((true, "null", "ann"), (versions[2].Item!.IsRedacted, versions[2].Item!.ValueJson, versions[2].Change.Actor?.Value));
        Assert.Equal(
            ["3", "1"], versions.Where(version => version.Item is { IsRedacted: false }).Select(version => version.Item!.ValueJson));
        Assert.DoesNotContain(mesh.Store.Changes, change => change.Item?.ValueJson == Secret);
    }

    [Fact]
    public async Task Redact_FormerVersions_KeepsThePresentItemAndEveryVersionRemovesIt()
    {
        await mesh.DoAllAsync(Commands.Push("k", "1"), Commands.Push("k", "2"), Commands.Push("k", "3"), Commands.Push("other"));

        Assert.Equal(2, (await mesh.RedactAsync("k", Undos.Former)).Answer.Items);
        Assert.Equal("3", mesh.Get("k"));
        var every = await mesh.RedactAsync("k", Undos.Every);
        Assert.Equal((1, true), (every.Answer.Items, every.Answer.HasRemoved));
        Assert.Null(mesh.Get("k"));
        Assert.Equal("1", mesh.Get("other"));
        var nothing = await mesh.RedactAsync("k", Undos.Every);
        Assert.Equal((0, false), (nothing.Answer.Items, nothing.HasChanges));
    }

    [Fact]
    public async Task Redact_AnItemThatIsDue_LogsItsEndFirst()
    {
        await mesh.DoAsync(Commands.Push("k", Secret, ttl: TimeSpan.FromSeconds(1)));
        var found = await Undos.Every.FindAsync(mesh.Mesh, ContextKey.Parse("k"), CancellationToken.None);
        mesh.Clock.Advance(TimeSpan.FromSeconds(1));

        await mesh.DoAsync(found);

        Assert.Equal(1, mesh.Count().Expired);
        Assert.DoesNotContain(mesh.Store.Changes, change => change.Item?.ValueJson == Secret);
    }

    [Fact]
    public async Task Undo_OfWhatReplacedARedactedValue_LeavesTheKeyAlone()
    {
        await mesh.DoAllAsync(Commands.Push("k", Secret), Commands.Push("k", "2", by: "ann"), Commands.Push("l", "3", by: "ann"));
        await mesh.RedactAsync("k", mesh.Version(1));

        var step = Assert.Single(await mesh.PlanAsync(mesh.Since(0, "ann")), step => step.Subject == "k");
        Assert.Equal(UndoObstacleKind.Redacted, step.Obstacle?.Kind);
        await mesh.UndoAsync(mesh.Since(0, "ann"));

        Assert.Equal(("2", (string?)null), (mesh.Get("k"), mesh.Get("l")));
    }

    [Fact]
    public async Task Undo_ThatReadTheValueBeforeItWasRedacted_IsOutdated()
    {
        await mesh.DoAllAsync(Commands.Push("k", Secret), Commands.Push("k", "2", by: "ann"));
        var prepared = await mesh.PrepareAsync(mesh.Since(0, "ann"));
        await mesh.RedactAsync("k", mesh.Version(1));

        await mesh.RefusedAsync(ErrorReason.PlanOutdated, prepared);
        Assert.Equal("2", mesh.Get("k"));
    }

    [Fact]
    public async Task PastStates_ThatWereKept_AreForgotten()
    {
        await mesh.DoAllAsync(Commands.Push("k", Secret), Commands.Push("k", "2"));
        Assert.Equal(Secret, (await PastAsync(1, whole: true)).Find(ContextKey.Parse("k"))!.ValueJson);

        await mesh.RedactAsync("k", mesh.Version(1));

        foreach (var whole in new[] { true, false })
        {
            var item = (await PastAsync(1, whole)).Find(ContextKey.Parse("k"))!;
            Assert.Equal((true, "null"), (item.IsRedacted, item.ValueJson));
        }

        // A redaction is no change of the key: the state before it is the same as the state after it.
        Assert.Equal("2", (await PastAsync(2, whole: false)).Find(ContextKey.Parse("k"))!.ValueJson);
    }

    [Fact]
    public async Task Feed_ThatReadsTheNewestCommandsOrTheLog_GetsNoRedactedValue()
    {
        await mesh.DoAllAsync(Commands.Push("k", "1"));
        using var follower = Open(null, 0);
        await mesh.DoAllAsync(Commands.Push("k", Secret), Commands.Push("k", "3"));
        await mesh.RedactAsync("k", mesh.Version(2));

        foreach (var after in new long[] { 0, 1 })
        {
            using var feed = Open(null, after);
            var seen = await feed.ReadAsync(CancellationToken.None);
            Assert.DoesNotContain(seen!, change => change.Item?.ValueJson == Secret);
            Assert.True(seen!.Single(change => change.Change.Place.Revision == 2).Item!.IsRedacted);
            Assert.Equal(FeedKind.Redacted, seen![^1].Kind);
        }
    }

    [Fact]
    public async Task Feed_WithAPageReadAheadOfTheRedaction_ReadsItAgain()
    {
        var small = new TestMesh(TestMesh.Limits with { Feeds = new() { RecentCommands = 1, PageChanges = 1 } });
        await small.DoAllAsync(Commands.Push("k", "1"), Commands.Push("k", Secret), Commands.Push("k", "3"), Commands.Push("k", "4"));
        using var first = MeshFeed.Open(small.Mesh, null, Access.Tool.GetContext, Everything, small.At(0));
        using var second = MeshFeed.Open(small.Mesh, null, Access.Tool.GetContext, Everything, small.At(0));
        // Each has the next page ready, and both keep it for the other.
        Assert.Equal(1, Assert.Single((await first.ReadAsync(CancellationToken.None))!).Change.Place.Revision);
        Assert.Equal(1, Assert.Single((await second.ReadAsync(CancellationToken.None))!).Change.Place.Revision);

        await small.RedactAsync("k", small.Version(2));

        foreach (var feed in new[] { first, second })
        {
            var seen = Assert.Single((await feed.ReadAsync(CancellationToken.None))!);
            Assert.Equal((2, true), (seen.Change.Place.Revision, seen.Item!.IsRedacted));
        }
    }

    [Fact]
    public async Task Feed_WhileAnotherHasReadAPageBeforeTheRedaction_ReadsOneOfItsOwn()
    {
        var small = new TestMesh(TestMesh.Limits with { Feeds = new() { RecentCommands = 1, PageChanges = 1 } });
        await small.DoAllAsync(Commands.Push("k", Secret), Commands.Push("k", "2"), Commands.Push("k", "3"));
        using var first = MeshFeed.Open(small.Mesh, null, Access.Tool.GetContext, Everything, small.At(0));
        using var second = MeshFeed.Open(small.Mesh, null, Access.Tool.GetContext, Everything, small.At(0));
        var page = small.Store.HoldNextPage();
        var early = first.ReadAsync(CancellationToken.None).AsTask();
        await page.Reached;

        await small.RedactAsync("k", small.Version(1));
        var late = second.ReadAsync(CancellationToken.None).AsTask();
        // It must not wait for the page of before.
        var own = await late.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        page.Release();

        foreach (var seen in new[] { own, await early })
        {
            Assert.True(seen![0].Item!.IsRedacted);
        }
    }

    [Fact]
    public void Publish_OfARedaction_ForgetsBeforeReadersSeeIt()
    {
        var published = new PublishedState(MeshState.Load(new(new("e", 0), 1, [], [], [])), new());
        var seen = new List<long>();
        published.Redacted = () => seen.Add(published.Current.Position.Revision);

        published.Apply([new()
        {
            Kind = ChangeKind.Redacted,
            Place = new(1, 0),
            Time = TestMesh.Start,
            Subject = "k",
            Before = Readers.Everyone,
            Redacts = new(0, 0),
        }]);

        // A reader that sees the redaction reads only what was read after it. So what was read before is gone by then.
        Assert.Equal([0], seen);
        Assert.Equal(1, published.Current.Redacted);
    }

    [Fact]
    public async Task Snapshot_OfWhichTheViewWasTakenBeforeTheRedaction_IsTakenAgain()
    {
        var time = new SteppedTime();
        var store = new MemoryStore(time);
        var loaded = new UserMesh(store, store.Read(), time, TestMesh.Limits, () => TestMesh.NoQuotas);
        await loaded.SubmitAsync(Commands.Push("k", Secret), CancellationToken.None);
        await loaded.SubmitAsync(Commands.Push("l", "1"), CancellationToken.None);
        using var feed = MeshFeed.Open(loaded, null, Access.Tool.GetContext, Everything, null);
        // The clock is read when the state of the view is taken already.
        time.BeforeNow = () =>
        {
            var redacted = Task.Run(async () => await loaded.SubmitAsync(
                await Undos.Every.FindAsync(loaded, ContextKey.Parse("k"), CancellationToken.None), CancellationToken.None));
            Assert.True(SpinWait.SpinUntil(() => redacted.IsCompletedSuccessfully, TimeSpan.FromSeconds(20)), "It was not redacted.");
        };

        var items = feed.TakeSnapshot(item => item.Bytes).SelectMany(page => page).Select(item => item.Key.Value).ToList();

        Assert.False(feed.IsSnapshotVoid);
        Assert.Equal(["l"], items);
        Assert.Equal(3, feed.Through.Revision);
    }

    [Fact]
    public async Task Redact_WhereThePresentItemWasWrittenMeanwhile_TellsThatThereIsMore()
    {
        await mesh.DoAsync(Commands.Push("k", "1", by: "ann"));
        var key = ContextKey.Parse("k");
        var every = await Undos.Every.FindAsync(mesh.Mesh, key, CancellationToken.None);
        var anns = await (Undos.Every with { Author = Commands.Agent("ann") }).FindAsync(mesh.Mesh, key, CancellationToken.None);
        var former = await Undos.Former.FindAsync(mesh.Mesh, key, CancellationToken.None);
        await mesh.DoAsync(Commands.Push("k", "2", by: "bob"));

        Assert.Equal((1, false), Told(await mesh.DoAsync(anns)));
        Assert.Equal((1, true), Told(await mesh.DoAsync(every)));
        Assert.Equal((1, false), Told(await mesh.DoAsync(former)));
        Assert.Equal("2", mesh.Get("k"));
        Assert.Equal((1, false), Told(await mesh.RedactAsync("k", Undos.Every)));
        // Nothing was found, and yet there is an item now.
        var none = await Undos.Every.FindAsync(mesh.Mesh, ContextKey.Parse("new"), CancellationToken.None);
        await mesh.DoAsync(Commands.Push("new"));
        Assert.Equal((0, true), Told(await mesh.DoAsync(none)));

        static (long, bool) Told(CommandResult result) => (result.Answer.Items, result.Answer.HasMore);
    }

    [Fact]
    public async Task Snapshot_OfAStateWithTheValue_BeginsAgain()
    {
        var small = new TestMesh(TestMesh.Limits with { Feeds = new() { PageBytes = 1 } });
        await small.DoAllAsync(Commands.Push("a", "1"), Commands.Push("k", Secret));
        using var feed = MeshFeed.Open(small.Mesh, null, Access.Tool.GetContext, Everything, null);
        using var pages = feed.TakeSnapshot(item => item.Bytes).GetEnumerator();
        Assert.True(pages.MoveNext());

        await small.DoAsync(Commands.Push("k", "2"));
        await small.RedactAsync("k", small.Version(2));

        Assert.False(pages.MoveNext());
        Assert.True(feed.IsSnapshotVoid);
    }

    [Fact]
    public async Task Streams_OfAgents_HearOfRedactionsOfWhatTheyCanRead()
    {
        await mesh.DoAllAsync(
            Commands.Register("ann", "t"), Commands.Push("k", Secret, topics: ["t"]), Commands.Push("k", "2", topics: ["u"]));
        using var ann = Open("ann", 3);
        using var bob = Open("bob", 3);

        await mesh.RedactAsync("k", mesh.Version(2));

        Assert.Equal([FeedKind.Redacted], (await ann.ReadAsync(CancellationToken.None))!.Select(change => change.Kind));
        Assert.Empty((await bob.ReadAsync(CancellationToken.None))!);
    }

    [Fact]
    public async Task AnotherNode_ThatFollowsTheLog_ForgetsAsWell()
    {
        await mesh.DoAllAsync(Commands.Push("k", Secret), Commands.Push("k", "2"));
        var other = mesh.LoadOnAnotherNode();
        var then = new ReadPoint(mesh.At(1), null);
        Assert.Equal(Secret, (await other.Past.ViewAsync(null, then, null, CancellationToken.None)).Find(ContextKey.Parse("k"))!.ValueJson);

        await mesh.RedactAsync("k", mesh.Version(1));
        await other.CatchUpAsync(CancellationToken.None);

        Assert.True((await other.Past.ViewAsync(null, then, null, CancellationToken.None)).Find(ContextKey.Parse("k"))!.IsRedacted);
    }

    [Fact]
    public async Task Redact_OfARequest_IsDoneOnce()
    {
        await mesh.DoAllAsync(Commands.Push("k", "1"), Commands.Push("k", "2"));
        var found = (await Undos.Former.FindAsync(mesh.Mesh, ContextKey.Parse("k"), CancellationToken.None)).WithRequest(1, "Redact");
        var first = await mesh.DoAsync(found);

        var again = await mesh.DoAsync(found);

        Assert.Equal((true, first.Position, 1), (again.IsReplay, again.Position, again.Answer.Items));
    }

    // A clock at which a test steps in once.
    private sealed class SteppedTime : TimeProvider
    {
        private Action? beforeNow;

        public Action? BeforeNow
        {
            set => beforeNow = value;
        }

        public override DateTimeOffset GetUtcNow()
        {
            Interlocked.Exchange(ref beforeNow, null)?.Invoke();
            return TestMesh.Start;
        }
    }

    private static FeedFilter Everything { get; } = new(new(), [], IncludesAgents: false);

    private MeshFeed Open(string? by, long after) =>
        MeshFeed.Open(mesh.Mesh, Commands.Agent(by), Access.Tool.GetContext, Everything, mesh.At(after));

    private async Task<MeshView> PastAsync(long revision, bool whole) => await mesh.Mesh.Past.ViewAsync(
        null, new(mesh.At(revision), null), whole ? null : [ContextKey.Parse("k")], CancellationToken.None);

    private async Task<IReadOnlyList<FeedChange>> VersionsAsync(string key) => (await VersionList.ListAsync(
        mesh.Mesh, null, ContextKey.Parse(key), null, 100, CancellationToken.None)).Versions;
}
