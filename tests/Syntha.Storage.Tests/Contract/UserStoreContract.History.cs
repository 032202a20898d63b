using CsCheck;

namespace Syntha.Storage.Tests.Contract;

/// <content>Reads of the past, against a naive fold of all changes that were ever made.</content>
public abstract partial class UserStoreContract
{
    [Fact]
    public async Task History_AfterRandomCommandsAndTrims_TellsEveryStateFromTheOldestRevisionOn() =>
        await Gen.Int.SampleAsync(
            async seed =>
            {
                var random = new Random(seed);
                var store = await Stores.OpenAsync(UserIds.New());
                var model = new StoreModel();
                for (var round = 0; round < 10; round++)
                {
                    await store.CommitAsync([.. RandomGroup(random, model, Time.GetUtcNow())]);
                    Time.Advance(TimeSpan.FromMinutes(random.Next(3)));
                    if (random.Next(3) == 0)
                    {
                        var limits = NoLimits with { MaxChanges = random.Next(40) };
                        model.Trim(limits, int.MaxValue, Time.GetUtcNow());
                        await store.TrimAsync(limits);
                    }
                }
                await AssertTellsAsync(store, model, random);
            },
            iter: Histories, threads: 1);

    private static async Task AssertTellsAsync(IUserStore store, StoreModel model, Random random)
    {
        var head = (await store.LoadAsync()).Position;
        for (var revision = model.Oldest; revision <= model.Revision; revision++)
        {
            var point = head with { Revision = revision };
            var time = model.All.First(change => change.Place.Revision == revision).Time;
            Assert.Equal(time, await store.History.ReadTimeAsync(point, Token));
            await AssertStateAsync(store, model, point, maxRows: random.Next(1, 20));
            var last = model.All.Last(change => change.Time <= time).Place.Revision;
            Assert.Equal(last, (await store.History.FindAsync(time, Token)).Revision);
        }
        foreach (var key in Names)
        {
            await AssertFoundAsync(store, model, head.Epoch, key, random.Next(1, 30));
        }

        if (model.Oldest > 1)
        {
            var before = head with { Revision = model.Oldest - 1 };
            await store.History.ReadTimeAsync(before, Token).FailsAsync(ErrorReason.HistoryCompacted);
            await store.History.ReadReplacementsAsync(before, default, 1, Token).FailsAsync(ErrorReason.HistoryCompacted);
            await store.History.ReadRowsAsync(before, [], Token).FailsAsync(ErrorReason.HistoryCompacted);
            await store.History.FindAsync(Draft.Noon.AddYears(-1), Token).FailsAsync(ErrorReason.HistoryCompacted);
        }
        else
        {
            Assert.Equal(0, (await store.History.FindAsync(Draft.Noon.AddYears(-1), Token)).Revision);
        }

        await store.History.ReadTimeAsync(head with { Epoch = "other" }, Token).FailsAsync(ErrorReason.EpochChanged);
        await store.History.SearchAsync("other", new(default, "a", null, 1), Token).AsTask().FailsAsync(ErrorReason.EpochChanged);
    }

    // Walks back from the present, as a mesh does.
    private static async Task AssertStateAsync(IUserStore store, StoreModel model, Position point, int maxRows)
    {
        var keys = new Dictionary<string, ChangePlace?>();
        var agents = new Dictionary<string, AgentRecord>();
        var after = new ChangePlace(point.Revision, ChangePlace.MaxIndex);
        while (true)
        {
            var page = await store.History.ReadReplacementsAsync(point, after, maxRows, Token);
            foreach (var row in page)
            {
                if (row.IsAgent)
                {
                    agents.TryAdd(row.Subject, row.Former!);
                }
                else if (!row.IsClaim)
                {
                    keys.TryAdd(row.Subject, row.Replaces);
                }
            }
            if (page.Length < maxRows)
            {
                break;
            }

            after = page[^1].Place;
        }
        var rows = await store.History.ReadRowsAsync(point, [.. keys.Values.OfType<ChangePlace>()], Token);
        var holders = rows.ToDictionary(row => row.Place);
        var (then, now) = (model.At(point.Revision), model.At(model.Revision));
        foreach (var key in model.All.Select(change => change.Subject).Distinct(StringComparer.Ordinal))
        {
            var told = !keys.TryGetValue(key, out var place) ? now.Holder(key) : place is { } held ? holders[held] : null;
            Assert.Equal(then.Holder(key), told);
            Assert.Equal(then.AgentOf(key), agents.GetValueOrDefault(key, now.AgentOf(key)));
        }
    }

    private static async Task AssertFoundAsync(IUserStore store, StoreModel model, string epoch, string key, int maxRows)
    {
        var found = new List<FoundChange>();
        for (ChangePlace? next = new(model.Revision + 1, 0); next is { } before;)
        {
            var page = await store.History.SearchAsync(epoch, new(before, key, "x" + key, maxRows), Token);
            found.AddRange(page.Changes);
            next = page.Next;
        }
        Assert.Equal(
            model.Log.Reverse()
                .Where(change => change.Claim is null && change.Subject == (change.Kind == ChangeKind.AgentChanged ? "x" + key : key))
                .Select(change => (change.Place, change.Kind == ChangeKind.AgentChanged, change.AgentBefore)),
            found.Select(change => (change.Place, change.IsAgent, change.Former)));
    }
}
