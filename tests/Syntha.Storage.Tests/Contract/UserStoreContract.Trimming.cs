using System.Globalization;
using CsCheck;

namespace Syntha.Storage.Tests.Contract;

public abstract partial class UserStoreContract
{
    private static readonly LogLimits NoLimits = new(long.MaxValue / 2, long.MaxValue / 2, TimeSpan.MaxValue);

    /// <summary>Limits that keep nothing.</summary>
    private static readonly LogLimits Nothing = NoLimits with { MaxChanges = 0 };

    /// <summary>Six commands with ten changes, one of each size, a minute apart.</summary>
    private static readonly CommittedCommand[] SixCommands =
    [
        Draft.Command(1, Draft.Push("a")),
        Draft.Command(2, Draft.Push("b"), Draft.Push("c")),
        Draft.Command(3, Draft.Push("d")).At(Draft.Noon.AddMinutes(1)),
        Draft.Command(4, Draft.Push("e"), Draft.Push("f"), Draft.Push("g")).At(Draft.Noon.AddMinutes(2)),
        Draft.Command(5, Draft.Push("h")).At(Draft.Noon.AddMinutes(3)),
        Draft.Command(6, Draft.Push("i"), Draft.Push("j")).At(Draft.Noon.AddMinutes(3)),
    ];

    // Each change takes 102 bytes: a key and a value of one byte each, and the fixed sum.
    public static TheoryData<LogLimits, long> Limits { get; } = new()
    {
        { NoLimits, 1 },
        { NoLimits with { MaxChanges = 10 }, 1 },
        { NoLimits with { MaxChanges = 9 }, 2 },
        // Two fewer would be enough, but the second command is dropped as a whole or not at all.
        { NoLimits with { MaxChanges = 8 }, 3 },
        { NoLimits with { MaxChanges = 7 }, 3 },
        { NoLimits with { MaxChanges = 6 }, 4 },
        { NoLimits with { MaxChanges = 1 }, 7 },
        { Nothing, 7 },
        { NoLimits with { MaxBytes = 1020 }, 1 },
        { NoLimits with { MaxBytes = 1019 }, 2 },
        { NoLimits with { MaxBytes = 1 }, 7 },
        { NoLimits with { MaxAge = TimeSpan.FromMinutes(10) }, 1 },
        { NoLimits with { MaxAge = TimeSpan.FromMinutes(10) - TimeSpan.FromMicroseconds(1) }, 3 },
        { NoLimits with { MaxAge = TimeSpan.FromMinutes(8) }, 4 },
        { NoLimits with { MaxAge = TimeSpan.FromMinutes(7) }, 5 },
        { NoLimits with { MaxAge = TimeSpan.FromMinutes(1) }, 7 },
        { NoLimits with { MaxAge = TimeSpan.FromMinutes(8), MaxChanges = 4 }, 5 },
        { NoLimits with { MaxAge = TimeSpan.FromMinutes(7), MaxBytes = 1019 }, 5 },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task Trim_EachLimit_DropsWholeCommandsUntilTheLogIsWithin(LogLimits limits, long oldest)
    {
        var (user, store) = await GivenSixCommandsAsync();
        Time.Advance(TimeSpan.FromMinutes(10));

        var trim = await store.TrimAsync(limits);

        var left = SixCommands.SelectMany(command => command.Changes).Where(change => change.Place.Revision >= oldest).ToList();
        Assert.Equal(new LogTrim(oldest, 10 - left.Count, left.Count == 0 ? null : left[0].Time, HasMore: false), trim);
        await AssertBeginsAsync(store, oldest, left);
        await RestartAsync();
        await AssertBeginsAsync((await Stores.FindAsync(user))!, oldest, left);
    }

    private static async Task AssertBeginsAsync(IUserStore store, long oldest, List<Change> log)
    {
        var mesh = await store.LoadAsync();
        Assert.Equal(oldest, mesh.OldestRevision);
        Assert.Equal(6, mesh.Position.Revision);
        // The current state is unchanged.
        Assert.Equal(
            SixCommands.SelectMany(command => command.Changes).Select(change => change.Item), mesh.Items.OrderBy(item => item.Place));
        Assert.Equal(new LogSize(log.Count, 102 * log.Count), await store.MeasureLogAsync());
        Assert.Equal(log, await store.ReadAllAsync(after: oldest - 1));
        for (var after = 0; after < oldest - 1; after++)
        {
            var refusal = await store.ReadAllAsync(after).FailsAsync(ErrorReason.HistoryCompacted);
            Assert.Equal(oldest.ToString(CultureInfo.InvariantCulture), refusal.Metadata["oldest"]);
            Assert.Equal("6", refusal.Metadata["head"]);
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(5, 5)]
    public async Task Trim_MoreThanATurnMayDrop_StopsAfterTheCommandThatReachesIt(int maxChanges, long oldest)
    {
        var (_, store) = await GivenSixCommandsAsync();
        var limits = NoLimits with { MaxChanges = 3 };

        var first = await store.TrimAsync(limits, maxChanges);
        Assert.Equal((oldest, oldest < 5), (first.OldestRevision, first.HasMore));

        var trim = first;
        while (trim.HasMore)
        {
            trim = await store.TrimAsync(limits, maxChanges);
            Assert.True(trim.Dropped > 0, "A trimming that has more to do did nothing.");
        }
        await AssertBeginsAsync(store, 5, [.. SixCommands[4].Changes, .. SixCommands[5].Changes]);
        Assert.Equal(0, (await store.TrimAsync(limits, maxChanges)).Dropped);
    }

    [Fact]
    public async Task Trim_NothingInTheLog_DropsNothing()
    {
        var store = await Stores.OpenAsync(UserIds.New());

        Assert.Equal(new LogTrim(1, 0, null, HasMore: false), await store.TrimAsync(Nothing));
        await store.CommitAsync(SixCommands[0]);
        Assert.Equal(new LogTrim(2, 1, null, HasMore: false), await store.TrimAsync(Nothing));
        Assert.Equal(new LogTrim(2, 0, null, HasMore: false), await store.TrimAsync(Nothing));
        await store.CommitAsync(SixCommands[1]);
        Assert.Equal(SixCommands[1].Changes, await store.ReadAllAsync(after: 1));
    }

    [Fact]
    public async Task Trim_TurnThatCommits_IsRefused()
    {
        var store = await Stores.OpenAsync(UserIds.New());

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.WriteAsync(
            async turn =>
            {
                await turn.CommitAsync([SixCommands[0]]);
                await turn.TrimAsync(Nothing, int.MaxValue);
            },
            Token));

        Assert.Equal(1, (await store.LoadAsync()).OldestRevision);
    }

    [Fact]
    public async Task LogSize_OfATurn_CountsWhatItHasCommitted()
    {
        var store = await Stores.OpenAsync(UserIds.New());

        await store.WriteAsync(
            async turn =>
            {
                Assert.Equal(default, turn.LogSize);
                await turn.CommitAsync([SixCommands[0], SixCommands[1]]);
                Assert.Equal(new LogSize(3, 306), turn.LogSize);
            },
            Token);
        await store.CommitAsync(Draft.Command(4, Draft.Push("k"))).FailsAsync(ErrorReason.StoreDown);

        Assert.Equal(new LogSize(3, 306), await store.MeasureLogAsync());
    }

    [Fact]
    public async Task Trim_ItemsOlderThanTheLog_CanBeReplacedAndRemoved()
    {
        var user = UserIds.New();
        var store = await Stores.OpenAsync(user);
        var first = Draft.Command(1, Draft.Push("kept"), Draft.Push("updated"), Draft.Push("removed"), Draft.Push("expired"));
        await store.CommitAsync(first);
        await store.TrimAsync(Nothing);

        var later = Draft.Command(
            2,
            Draft.Push("updated", "2", over: first.Changes[1]),
            Draft.End(ChangeKind.Removed, first.Changes[2]),
            Draft.End(ChangeKind.Expired, first.Changes[3]));
        await store.CommitAsync(later);

        var model = new StoreModel();
        model.Apply([first, later]);
        model.Trim(NoLimits with { MaxChanges = 3 }, int.MaxValue, Draft.Noon);
        model.AssertEquals(await store.LoadAsync());
        Assert.Equal(later.Changes, await store.ReadAllAsync(after: 1));
        await RestartAsync();
        model.AssertEquals(await (await Stores.FindAsync(user))!.LoadAsync());
    }

    [Fact]
    public async Task FindRequests_OfTrimmedCommands_AreUnknownAlthoughTheirItemsStay()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var (old, young) = (Draft.Request(Guid.NewGuid()), Draft.Request(Guid.NewGuid()));
        await store.CommitAsync(Draft.Command(1, old, Draft.Push("a")), Draft.Command(2, young, Draft.Push("b")));

        await store.TrimAsync(NoLimits with { MaxChanges = 1 });

        Assert.Equal(2, (await store.LoadAsync()).Items.Count);
        Assert.Equal(young.Id, Assert.Single(await store.FindRequestsAsync(old.Id, young.Id)).Key);
    }

    [Fact]
    public async Task Trim_AfterRandomCommands_LogSizeAndPresentAreWhatIsLeft() =>
        await Gen.Int.SampleAsync(
            async seed =>
            {
                var random = new Random(seed);
                var user = UserIds.New();
                var store = await Stores.OpenAsync(user);
                var model = new StoreModel();
                for (var round = 0; round < 15; round++)
                {
                    await store.CommitAsync([.. RandomGroup(random, model, Time.GetUtcNow())]);
                    Time.Advance(TimeSpan.FromMinutes(random.Next(3)));
                    if (random.Next(2) == 0)
                    {
                        var limits = new LogLimits(random.Next(40), random.Next(6_000), TimeSpan.FromMinutes(random.Next(20)));
                        var maxChanges = random.Next(1, 30);
                        Assert.Equal(model.Trim(limits, maxChanges, Time.GetUtcNow()), await store.TrimAsync(limits, maxChanges));
                    }
                    if (random.Next(5) == 0)
                    {
                        await RestartAsync();
                        store = (await Stores.FindAsync(user))!;
                    }
                    Assert.Equal(model.Size, await store.MeasureLogAsync());
                }
                model.AssertEquals(await store.LoadAsync());
                Assert.Equal(model.Log, await store.ReadAllAsync(model.Oldest - 1));
                if (model.Oldest > 1)
                {
                    await store.ReadAllAsync(model.Oldest - 2).FailsAsync(ErrorReason.HistoryCompacted);
                }

                await AssertNothingElseIsKeptAsync(user);
            },
            iter: Histories, threads: 1);

    /// <summary>
    /// Checks that the store holds the rows that the log and the current state need, and no other, if the engine lets a test look.
    /// </summary>
    protected virtual Task AssertNothingElseIsKeptAsync(UserId user) => Task.CompletedTask;

    private async Task<(UserId User, IUserStore Store)> GivenSixCommandsAsync()
    {
        var user = UserIds.New();
        var store = await Stores.OpenAsync(user);
        await store.CommitAsync(SixCommands[..3]);
        await store.CommitAsync(SixCommands[3..]);
        return (user, store);
    }
}
