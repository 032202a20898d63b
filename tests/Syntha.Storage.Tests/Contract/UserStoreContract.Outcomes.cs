using Syntha.Mesh.Outcomes;

namespace Syntha.Storage.Tests.Contract;

/// <content>Outcomes, which are stored beside the mesh.</content>
public abstract partial class UserStoreContract
{
    private const int LargeBytes = 10_000;
    private const int MaxBytes = 200_000;

    private static readonly AgentName Ann = AgentName.Parse("ann");
    private static readonly AgentName Bob = AgentName.Parse("bob");

    [Fact]
    public async Task Outcomes_Logged_AreListedTheNewestFirstWithAllThatWasReported()
    {
        var user = UserIds.New();
        var store = await Stores.OpenAsync(user);
        var full = new OutcomeReport("plan '; DROP TABLE outcomes; --")
        {
            IsSuccess = true,
            Duration = TimeSpan.FromMicroseconds(1_500_001),
            InputJson = """ {"a" : 1} """,
            OutputJson = "\"😀\"",
            Error = "é",
            MetadataJson = "{}",
        };
        var first = await store.Outcomes.LogAsync(Ann, full, null, Token);
        Time.Advance(TimeSpan.FromSeconds(1));
        var second = await store.Outcomes.LogAsync(Bob, new("act") { IsSuccess = false }, null, Token);
        await RestartAsync();
        store = (await Stores.FindAsync(user))!;

        Assert.True(second.Number > first.Number);
        Assert.Equal(
            [new(second.Number, Bob, Draft.Noon.AddSeconds(1), new("act") { IsSuccess = false }), new(first.Number, Ann, Draft.Noon, full)],
            await store.Outcomes.ListAsync(new(), null, 10, Token));
        // The mesh does not change.
        Assert.Equal(0, (await store.LoadAsync()).Position.Revision);
        Assert.Empty(await store.ReadAllAsync());
    }

    [Fact]
    public async Task Outcomes_Filters_AllHold()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        (AgentName, string, bool)[] reports = [(Ann, "a", true), (Ann, "b", false), (Bob, "a", true), (Ann, "a", false)];
        foreach (var (agent, type, success) in reports)
        {
            await store.Outcomes.LogAsync(agent, new(type) { IsSuccess = success }, null, Token);
            Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(["a-", "b-", "a+"], await ListAsync(new(Ann)));
        Assert.Equal(["a-", "a+", "a+"], await ListAsync(new(TaskType: "a")));
        Assert.Equal(["a+", "a+"], await ListAsync(new(IsSuccess: true)));
        Assert.Equal(["a-", "a+"], await ListAsync(new(MaxAge: TimeSpan.FromHours(2))));
        Assert.Equal(["b-", "a+"], await ListAsync(new(MinAge: TimeSpan.FromHours(2))));
        Assert.Equal(["a-"], await ListAsync(new(Ann, "a", TimeSpan.FromHours(2), IsSuccess: false)));
        Assert.Equal(4, (await ListAsync(new(MaxAge: TimeSpan.MaxValue))).Count);
        var second = (await store.Outcomes.ListAsync(new(), null, 2, Token))[1].Number;
        Assert.Equal(["b-", "a+"], (await store.Outcomes.ListAsync(new(), second, 9, Token)).Select(Text));

        async Task<List<string>> ListAsync(OutcomeFilter filter) =>
            [.. (await store.Outcomes.ListAsync(filter, null, 9, Token)).Select(Text)];
        static string Text(Outcome outcome) => outcome.Report.TaskType + (outcome.Report.IsSuccess ? "+" : "-");
    }

    [Fact]
    public async Task Outcomes_Tallies_SumWhatWasTold()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        Assert.Empty(await store.Outcomes.CountAsync(new(), Token));
        await store.Outcomes.LogAsync(Ann, new("a") { IsSuccess = true, Duration = TimeSpan.FromSeconds(1) }, null, Token);
        await store.Outcomes.LogAsync(Ann, new("a") { IsSuccess = false, Duration = TimeSpan.FromDays(300_000) }, null, Token);
        await store.Outcomes.LogAsync(Ann, new("a") { IsSuccess = true }, null, Token);
        await store.Outcomes.LogAsync(Bob, new("a") { IsSuccess = true }, null, Token);

        Assert.Equal(
            [new("ann", "a", 3, 2, 2, 1 + (300_000d * 86_400)), new("bob", "a", 1, 1, 0, 0)],
            (await store.Outcomes.CountAsync(new(), Token)).OrderBy(tally => tally.Agent));
        Assert.Equal([new("bob", "a", 1, 1, 0, 0)], await store.Outcomes.CountAsync(new(Bob), Token));
    }

    [Fact]
    public async Task Outcomes_OneRequestId_WritesOnce()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var request = new RequestIdentity(Guid.NewGuid(), "LogOutcome", (UInt128.MaxValue >> 32) - 7);
        var logged = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Task.Run(async () => await store.Outcomes.LogAsync(Ann, new("a") { IsSuccess = true }, request, Token), Token)));

        var kept = Assert.Single(await store.Outcomes.ListAsync(new(), null, 9, Token));
        Assert.All(logged, each => Assert.Equal((kept.Number, request.ContentHash), (each.Number, each.ContentHash)));
        Assert.Single(logged, each => !each.IsReplay);
    }

    [Fact]
    public async Task Outcomes_Cleared_AreGoneAndTheirNumbersWithThem()
    {
        var (store, other) = (await Stores.OpenAsync(UserIds.New()), await Stores.OpenAsync(UserIds.New()));
        await other.Outcomes.LogAsync(Ann, new("a") { IsSuccess = true }, null, Token);
        await store.Outcomes.LogAsync(Ann, new("old") { IsSuccess = true }, null, Token);
        Time.Advance(TimeSpan.FromHours(2));
        await store.Outcomes.LogAsync(Ann, new("young") { IsSuccess = true }, null, Token);
        var last = await store.Outcomes.LogAsync(Bob, new("young") { IsSuccess = true }, null, Token);

        Assert.Equal(1, await store.Outcomes.ClearAsync(new(MinAge: TimeSpan.FromHours(1)), Token));
        Assert.Equal(1, await store.Outcomes.ClearAsync(new(Ann), Token));
        Assert.Equal(1, await store.Outcomes.ClearAsync(new(), Token));
        Assert.True((await store.Outcomes.LogAsync(Ann, new("a") { IsSuccess = true }, null, Token)).Number > last.Number);
        Assert.Single(await other.Outcomes.ListAsync(new(), null, 9, Token));
    }

    [Fact]
    public async Task Outcomes_BeyondWhatIsKept_PushTheOldestOut()
    {
        var user = UserIds.New();
        var store = await Stores.OpenAsync(user);
        var first = await store.Outcomes.LogAsync(Ann, new("first") { IsSuccess = true }, null, Token);
        await AddOutcomesAsync(user, IOutcomeStore.MaxKept - 1);
        store = (await Stores.FindAsync(user))!;
        Assert.Equal(IOutcomeStore.MaxKept, (await store.Outcomes.CountAsync(new(), Token)).Sum(tally => tally.Total));
        var last = await store.Outcomes.LogAsync(Ann, new("last") { IsSuccess = true }, null, Token);

        // A part is dropped at once, so that the next ones need not look again.
        Assert.Equal(
            IOutcomeStore.MaxKept - (IOutcomeStore.MaxKept / IOutcomeStore.DroppedPart),
            (await store.Outcomes.CountAsync(new(), Token)).Sum(tally => tally.Total));
        Assert.Empty(await store.Outcomes.ListAsync(new(TaskType: "first"), null, 9, Token));
        Assert.Single(await store.Outcomes.ListAsync(new(TaskType: "last"), null, 9, Token));
        Assert.Equal(last.Number, first.Number + IOutcomeStore.MaxKept);
    }

    [Fact]
    public async Task Outcomes_BeyondWhatIsKept_TheAgentWithTheMostLosesItsOldest()
    {
        var user = UserIds.New();
        var store = await Stores.OpenAsync(user);
        await store.Outcomes.LogAsync(Bob, new("his") { IsSuccess = true }, null, Token);
        await AddOutcomesAsync(user, IOutcomeStore.MaxKept);
        store = (await Stores.FindAsync(user))!;
        await store.Outcomes.LogAsync(Ann, new("hers") { IsSuccess = true }, null, Token);

        Assert.Single(await store.Outcomes.ListAsync(new(Bob), null, 9, Token));
        Assert.Single(await store.Outcomes.ListAsync(new(TaskType: "hers"), null, 9, Token));
    }

    [Fact]
    public async Task Outcomes_MoreBytesThanTheUserMayHold_AreDroppedAndOthersSharesStay()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        await store.Outcomes.LogAsync(Bob, Large("his"), null, MaxBytes, Token);
        for (var number = 0; number < 40; number++)
        {
            await store.Outcomes.LogAsync(Ann, Large($"{number}"), null, MaxBytes, Token);
        }

        var kept = await store.Outcomes.ListAsync(new(), null, 100, Token);
        Assert.InRange(kept.Count, MaxBytes / LargeBytes / 2, MaxBytes / LargeBytes);
        Assert.Equal("39", kept[0].Report.TaskType);
        Assert.Equal("his", kept[^1].Report.TaskType);

        // The newest one is kept in any case.
        await store.Outcomes.LogAsync(Ann, Large("alone"), null, 1, Token);
        Assert.Equal("alone", Assert.Single(await store.Outcomes.ListAsync(new(), null, 100, Token)).Report.TaskType);
    }

    [Fact]
    public async Task Outcomes_Page_EndsByBytesAndTellsWhetherThereIsMore()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        for (var number = 0; number < 6; number++)
        {
            await store.Outcomes.LogAsync(Ann, Large($"{number}"), null, Token);
        }

        // Encryption makes texts longer.
        var first = await store.Outcomes.ListAsync(new(), null, 100, LargeBytes + 1, Token);
        Assert.InRange(first.Outcomes.Count, 1, 2);
        Assert.True(first.HasMore);
        var byCount = await store.Outcomes.ListAsync(new(), null, 5, long.MaxValue, Token);
        Assert.Equal((5, true), (byCount.Outcomes.Count, byCount.HasMore));
        var all = await store.Outcomes.ListAsync(new(), null, 6, long.MaxValue, Token);
        Assert.Equal((6, false), (all.Outcomes.Count, all.HasMore));
        var last = await store.Outcomes.ListAsync(new(), all.Outcomes[^2].Number, 1, 1, Token);
        Assert.Equal((1, false), (last.Outcomes.Count, last.HasMore));
        Assert.Equal(OutcomePage.Empty.HasMore, (await store.Outcomes.ListAsync(new(Bob), null, 1, 1, Token)).HasMore);
    }

    private static OutcomeReport Large(string taskType) => new(taskType) { IsSuccess = true, Error = new string('e', LargeBytes) };

    /// <summary>Writes so many outcomes without the store.</summary>
    protected abstract Task AddOutcomesAsync(UserId user, int count);
}
