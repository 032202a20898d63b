using CsCheck;

namespace Syntha.Storage.Tests.Contract;

public abstract partial class UserStoreContract
{
    private static readonly string[] Names = ["", "a", "b", "memory/😀", "\ue000", "'--", "[1]"];

    // Stores keep whole microseconds.
    private static readonly DateTimeOffset LastMoment = DateTimeOffset.MaxValue.AddTicks(-9);

    [Fact]
    public async Task ReadChanges_EveryKind_ComesBackAsItWas()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var early = Draft.Noon.AddTicks(-10);
        var created = Draft.Command(1, Draft.Push("k", "1", Draft.Routed("a", ["t1", "t2"], ["b"]), expires: early, metadata: "{\"n\":1}"));
        var updated = Draft.Command(2, Draft.Push("k", "2", Draft.Routed(), over: created.Changes[0], expires: LastMoment));
        var removed = Draft.Command(3, Draft.End(ChangeKind.Removed, updated.Changes[0], "a"));
        var another = Draft.Command(4, Draft.Push("k", "3", Draft.Routed("c", [], ["d"]), expires: DateTimeOffset.UnixEpoch.AddTicks(-10)));
        var expired = Draft.Command(5, Draft.End(ChangeKind.Expired, another.Changes[0]));
        var purged = Draft.Command(6, Draft.End(ChangeKind.Purged, expired.Changes[0]), Draft.Agent(Draft.Subscribed("a", "t")));
        var emptied = Draft.Command(7, Draft.Agent(new(AgentName.Trusted("a")), "b"));

        await store.CommitAsync(created, updated, removed, another);
        await store.CommitAsync(expired);
        await store.CommitAsync(purged, emptied);

        CommittedCommand[] all = [created, updated, removed, another, expired, purged, emptied];
        Assert.Equal(all.SelectMany(command => command.Changes), await store.ReadAllAsync());
    }

    [Fact]
    public async Task Load_AfterRandomCommands_EqualsTheFoldOfThem()
    {
        await Gen.Int.SampleAsync(
            async seed =>
            {
                var random = new Random(seed);
                var store = await Stores.OpenAsync(UserIds.New());
                var model = new StoreModel();
                for (var group = 0; group < 12; group++)
                {
                    await store.CommitAsync([.. RandomGroup(random, model, Draft.Noon)]);
                    model.AssertEquals(await store.LoadAsync());
                }
                Assert.Equal(model.Log, await store.ReadAllAsync());
                Assert.Equal(model.Log.Where(change => change.Place.Revision > 5), await store.ReadAllAsync(after: 5));
            },
            iter: Histories);
    }

    private static List<CommittedCommand> RandomGroup(Random random, StoreModel model, DateTimeOffset time)
    {
        var commands = new List<CommittedCommand>();
        for (var count = random.Next(1, 9); count > 0; count--)
        {
            var changes = new List<Change>();
            var revision = model.Revision + 1;
            foreach (var key in Names.Where(_ => random.Next(3) == 0).DefaultIfEmpty("z"))
            {
                changes.Add(RandomChange(random, key, model)(new(revision, changes.Count)));
            }

            var command =
                new CommittedCommand(revision, [.. changes], random.Next(2) == 0 ? Draft.Request(Guid.CreateVersion7()) : null).At(time);
            model.Apply([command]);
            commands.Add(command);
        }
        return commands;
    }

    private static Func<ChangePlace, Change> RandomChange(Random random, string key, StoreModel model)
    {
        var holder = model.Holder(key);
        return (random.Next(7), holder) switch
        {
            (6, _) => Draft.Claim(RandomClaim(random, key), random.Next(2) == 0, Draft.Routed("z", RandomNames(random))),
            (0, _) =>
                Draft.Agent(
                    random.Next(3) == 0 ? new(AgentName.Trusted("x" + key)) : Draft.Subscribed("x" + key, RandomNames(random)),
                    before: model.AgentOf("x" + key)),
            (1, { Item: not null }) => Draft.End(ChangeKind.Removed, holder, "z"),
            (2, { Item: not null }) => Draft.End(ChangeKind.Expired, holder),
            (1 or 2 or 3, { Kind: ChangeKind.Expired }) => Draft.End(ChangeKind.Purged, holder),
            _ => Draft.Push(key, $"[{random.Next()},\"😀\"]", Draft.Routed(
                random.Next(2) == 0
                    ? null
                    : "z", RandomNames(random), RandomNames(random)), over: holder, metadata: random.Next(2) == 0 ? null : "{\"é\":1}"),
        };
    }

    // A claim has the name of a key, and is none. A third of them are free: then nothing is kept.
    private static ClaimRecord RandomClaim(Random random, string name)
    {
        var readers = Draft.Routed(random.Next(2) == 0 ? null : "zé", RandomNames(random), RandomNames(random));
        return random.Next(3) == 0 ? new(ContextKey.Trusted(name), Readers.Everyone) : new(ContextKey.Trusted(name), readers)
        {
            Hold = new(
                readers.Author, random.Next(1, 99), TimeSpan.FromSeconds(random.Next(1, 99)),
                Draft.Noon.AddTicks(random.Next() * TimeSpan.TicksPerMicrosecond), random.Next(2) == 0 ? null : Guid.NewGuid()),
            Line = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new ClaimTicket(
                Guid.NewGuid(), random.Next(2) == 0 ? null : AgentName.Trusted("w"), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1),
                Draft.Noon.AddSeconds(random.Next(99))))],
        };
    }

    private static string[] RandomNames(Random random) => [.. Names.Skip(1).Where(_ => random.Next(4) == 0)];

    [Theory]
    [InlineData(1, long.MaxValue, 1, 2)]
    [InlineData(2, long.MaxValue, 1, 2)]
    [InlineData(3, long.MaxValue, 1, 3)]
    [InlineData(int.MaxValue, 1, 1, 2)]
    [InlineData(int.MaxValue, 20, 1, 2)]
    [InlineData(int.MaxValue, 21, 1, 3)]
    [InlineData(int.MaxValue, 31, 1, 4)]
    public async Task ReadChanges_Limits_EndThePageAfterWholeCommands(int maxChanges, long maxBytes, long first, int count)
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var ten = "\"" + new string('x', 8) + "\"";
        await store.CommitAsync(
            Draft.Command(1, Draft.Push("a", ten), Draft.Push("b", ten)),
            Draft.Command(2, Draft.Push("c", ten)),
            Draft.Command(3, Draft.Push("d", ten), Draft.Agent(Draft.Subscribed("agent", "t"))));

        var page = await store.ReadChangesAsync(0, maxChanges, maxBytes, Token);

        // Command 3 counts as two, so a page of at most four changes or 30 bytes ends after it.
        Assert.Equal(first, page[0].Place.Revision);
        Assert.Equal(count == 4 ? 5 : count, page.Length);
    }

    [Fact]
    public async Task ReadChanges_OfClaims_CountsTheirRecords()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var claim = new ClaimRecord(ContextKey.Trusted("task"), Readers.Everyone)
        {
            Hold = new(null, 1, TimeSpan.FromSeconds(1), Draft.Noon, null),
            Line = [.. Enumerable.Range(0, 20).Select(_ => new ClaimTicket(
                Guid.NewGuid(), null, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), Draft.Noon))],
        };
        await store.CommitAsync([.. Enumerable.Range(1, 9).Select(revision => Draft.Command(revision, Draft.Claim(claim)))]);

        var page = await store.ReadChangesAsync(0, int.MaxValue, 1_000, Token);

        Assert.True(page.Length is > 0 and < 4, $"{page.Length} claims with 20 places in line each.");
    }

    [Fact]
    public async Task ReadChanges_AfterTheHead_IsEmpty()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        Assert.Empty(await store.ReadAllAsync());
        await store.CommitAsync(Draft.Command(1, Draft.Push("a")));

        Assert.Empty(await store.ReadAllAsync(after: 1));
        Assert.Empty(await store.ReadAllAsync(after: 100));
    }

    [Fact]
    public async Task FindRequests_KnownAndUnknownIds_GiveTheFirstAnswer()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var named = Draft.Request(Guid.CreateVersion7(), "agent", "{\"removed\":3}");
        var bare = Draft.Request(Guid.NewGuid()) with { ContentHash = UInt128.Zero };
        await store.CommitAsync(
            Draft.Command(1, Draft.Push("a")),
            Draft.Command(2, named, Draft.Push("b"), Draft.Push("c")),
            Draft.Command(3, bare, Draft.Push("d")));

        var found = await store.FindRequestsAsync(named.Id, bare.Id, Guid.NewGuid(), Guid.Empty);

        Assert.Equal(2, found.Count);
        Assert.Equal(new KnownRequest(2, named), found[named.Id]);
        Assert.Equal(new KnownRequest(3, bare), found[bare.Id]);
        Assert.Empty(await store.FindRequestsAsync());
    }

    [Fact]
    public async Task FindRequests_After24Hours_KnowsNothing()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var request = Draft.Request(Guid.NewGuid());
        await store.CommitAsync(Draft.Command(1, request, Draft.Push("a")));

        Time.Advance(TimeSpan.FromHours(24));
        Assert.Single(await store.FindRequestsAsync(request.Id));
        Time.Advance(TimeSpan.FromTicks(TimeSpan.TicksPerMicrosecond));
        Assert.Empty(await store.FindRequestsAsync(request.Id));
    }

    [Fact]
    public async Task FindRequests_IdUsedAgainADayLater_GivesTheLaterCommand()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var request = Draft.Request(Guid.NewGuid());
        await store.CommitAsync(Draft.Command(1, request, Draft.Push("a")));
        Time.Advance(TimeSpan.FromHours(25));

        await store.CommitAsync(Draft.Command(2, request, Draft.Push("b", time: Time.GetUtcNow())));

        Assert.Equal(2, (await store.FindRequestsAsync(request.Id))[request.Id].Revision);
    }

    [Fact]
    public async Task FindRequests_ExpectedOrNot_AreFoundAlike()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var (expected, other) = (Draft.Request(Guid.NewGuid()), Draft.Request(Guid.NewGuid()));
        await store.CommitAsync(Draft.Command(1, expected, Draft.Push("a")), Draft.Command(2, other, Draft.Push("b")));
        var unknown = Guid.NewGuid();

        await store.WriteAsync(
            () => [expected.Id, unknown],
            async turn =>
            {
                Assert.Equal([expected.Id], (await turn.FindRequestsAsync([expected.Id, unknown])).Keys);
                Assert.Equal([other.Id], (await turn.FindRequestsAsync([other.Id])).Keys);
                var both = await turn.FindRequestsAsync([expected.Id, other.Id, Guid.NewGuid()]);
                Assert.Equal([1, 2], both.Values.Select(request => request.Revision).Order());
            },
            Token);
    }

    [Fact]
    public async Task Head_OfStoreAndTurn_MovesWithCommitsAndTrimming()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var epoch = (await store.LoadAsync()).Position.Epoch;
        Assert.Equal(new(new(epoch, 0), 1), await store.ReadHeadAsync(Token));

        await store.WriteAsync(
            async turn =>
            {
                Assert.Equal(new(new(epoch, 0), 1), turn.Head);
                await turn.CommitAsync([Draft.Command(1, Draft.Push("a")), Draft.Command(2, Draft.Push("b"))]);
                Assert.Equal(new(new(epoch, 2), 1), turn.Head);
            },
            Token);
        Assert.Equal(new(new(epoch, 2), 1), await store.ReadHeadAsync(Token));

        await store.WriteAsync(
            async turn =>
            {
                await turn.TrimAsync(new(1, long.MaxValue / 2, TimeSpan.MaxValue), int.MaxValue);
                Assert.Equal(new(new(epoch, 2), 2), turn.Head);
            },
            Token);
        Assert.Equal(new(new(epoch, 2), 2), await store.ReadHeadAsync(Token));
    }

    [Fact]
    public async Task ReadChanges_InATurn_ReadsAsOutsideOfOne()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var commands = Enumerable.Range(1, 5)
            .Select(revision => Draft.Command(revision, Draft.Push($"{revision}"), Draft.Push($"{revision}+")))
            .ToArray();
        await store.CommitAsync(commands);
        await store.TrimAsync(new(8, long.MaxValue / 2, TimeSpan.MaxValue));

        await store.WriteAsync(
            async turn =>
            {
                var rest = commands.Skip(1).SelectMany(command => command.Changes);
                Assert.Equal(rest, await turn.ReadChangesAsync(1, int.MaxValue, long.MaxValue));
                Assert.Equal(commands[2].Changes, await turn.ReadChangesAsync(2, 1, long.MaxValue));
                Assert.Empty(await turn.ReadChangesAsync(5, int.MaxValue, long.MaxValue));
                await turn.ReadChangesAsync(0, 1, 1).FailsAsync(ErrorReason.HistoryCompacted);
                await turn.CommitAsync([Draft.Command(6, Draft.Push("k"))]);
            },
            Token);

        Assert.Equal(6, (await store.ReadHeadAsync(Token)).Position.Revision);
    }
}
