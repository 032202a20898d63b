namespace Syntha.Storage.Tests.Contract;

/// <content>Redactions: the value of a version leaves every row, and every file that the engine can write anew.</content>
public abstract partial class UserStoreContract
{
    private static readonly Readers Anns = Draft.Routed("ann", ["t"], ["bob"]);

    /// <summary>Whether the user's rows, or the files with them, hold a text in plain.</summary>
    protected abstract Task<bool> HoldsAsync(UserId user, string text);

    /// <summary>Whether what users write can be found in plain at all.</summary>
    protected virtual bool IsPlain => true;

    [Fact]
    public async Task Redact_Versions_TakesTheirValuesAndLeavesTheRest()
    {
        var (user, canary) = (UserIds.New(), $"canary-{Guid.NewGuid():N}");
        var store = await Stores.OpenAsync(user);
        var log = await GivenVersionsAsync(store, canary);
        Assert.Equal(IsPlain, await HoldsAsync(user, canary));
        var epoch = (await store.LoadAsync()).Position.Epoch;
        var found = await store.History.FindVersionsAsync(epoch, Versions("a"), Token);
        // The second one is older than the log, and stays because the third one has replaced it.
        Assert.Equal([new(4, 0), new(3, 0), new(2, 0)], found.Select(version => version.Place));
        Assert.Equal(Anns, found[^1].Readers);

        await store.CommitAsync(Redaction(5, found[1..]));

        await AssertRedactedAsync(store);
        Assert.False(await HoldsAsync(user, canary), "The value is still there.");
        await RestartAsync();
        store = await Stores.OpenAsync(user);
        await AssertRedactedAsync(store);
        Assert.Equal("\"present\"", Assert.Single((await store.LoadAsync()).Items, item => item.Key.Value == "a").ValueJson);

        async Task AssertRedactedAsync(IUserStore reader)
        {
            var rows = await reader.History.ReadRowsAsync(new(epoch, 5), [new(2, 0), new(3, 0), new(4, 0)], Token);
            Assert.Equal([true, true, false], rows.Select(row => row.Item!.IsRedacted));
            Assert.Equal(["null", "null", "\"present\""], rows.Select(row => row.Item!.ValueJson));
            Assert.All(rows[..2], row => Assert.Null(row.Item!.MetadataJson));
            // Who wrote when, and for whom.
            Assert.Equal(Anns, rows[0].Item!.Readers);
            Assert.Equal(AgentName.Trusted("ann"), rows[0].Actor);
            Assert.Equal(log[1].Changes[0].Time, rows[0].Time);
            var told = (await reader.ReadAllAsync(4)).Select(change => (change.Kind, change.Redacts, change.Before)).ToList();
            Assert.Equal(
                [(ChangeKind.Redacted, new(3, 0), Readers.Everyone), (ChangeKind.Redacted, new ChangePlace(2, 0), Anns)], told);
            Assert.Single(await reader.History.FindVersionsAsync(epoch, Versions("a"), Token));
        }
    }

    [Fact]
    public async Task Redact_AVersionThatAPatchMade_ForgetsItsResultAndNothingElse()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var (patched, mixed, removed) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var first = Draft.Command(1, new RequestRecord(patched, null, "Patch", 1, """{"Result":"7"}"""), Draft.Push("a", "7"));
        const string parts = """{"Parts":[{"Items":1,"Result":"8"},{"Until":5},{"Result":"9"}],"HasRemoved":true}""";
        var second = Draft.Command(2, new RequestRecord(mixed, null, "Commit", 3, parts), Draft.Push("a", "8", over: first.Changes[0]));
        var third = Draft.Command(
            3, new RequestRecord(removed, null, "Commit", 2, """{"Items":1}"""), Draft.Push("a", "9", over: second.Changes[0]));
        await store.CommitAsync(first, second, third);

        await store.CommitAsync(Redaction(4, [new(new(1, 0), Readers.Everyone), new(new(2, 0), Readers.Everyone)]));

        var known = await store.FindRequestsAsync(patched, mixed, removed);
        Assert.Equal((1, (string?)null), (known[patched].Revision, known[patched].Request.Answer));
        Assert.Equal("""{"Parts":[{"Items":1},{"Until":5},{}],"HasRemoved":true}""", known[mixed].Request.Answer);
        Assert.Equal("""{"Items":1}""", known[removed].Request.Answer);
    }

    [Fact]
    public async Task Redact_MakesTheLogSmallerByWhatItTakesFromIt()
    {
        var user = UserIds.New();
        var store = await Stores.OpenAsync(user);
        await GivenVersionsAsync(store, "canary");
        var before = await store.MeasureLogAsync();
        var epoch = (await store.LoadAsync()).Position.Epoch;
        var found = await store.History.FindVersionsAsync(epoch, Versions("a"), Token);

        await store.CommitAsync(Redaction(5, found[1..]));

        // Two rows of 101 bytes came, each with its place, and the third version lost its value. The second one did not count any more.
        var place = $"{3L << 24}".Length;
        var bytes = before.Bytes + (2 * (101 + place)) - "\"third canary\"".Length;
        Assert.Equal(new(before.Changes + 2, bytes), await store.MeasureLogAsync());
        await RestartAsync();
        store = await Stores.OpenAsync(user);
        Assert.Equal(new(before.Changes + 2, bytes), await store.MeasureLogAsync());
        await store.TrimAsync(Nothing);
        Assert.Equal(default, await store.MeasureLogAsync());
    }

    [Fact]
    public async Task FindVersions_OfOneAgentAndOfAPart_AreThese()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        await GivenVersionsAsync(store, "canary");
        var epoch = (await store.LoadAsync()).Position.Epoch;

        Assert.Equal([new(2, 0)], await PlacesAsync(Versions("a") with { Actor = AgentName.Trusted("ann") }));
        Assert.Equal([new(3, 0)], await PlacesAsync(Versions("a") with { From = new(3, 0), Through = new(3, ChangePlace.MaxIndex) }));
        Assert.Equal([new(4, 0)], await PlacesAsync(Versions("a") with { MaxVersions = 1 }));
        Assert.Empty(await PlacesAsync(Versions("other")));
        await store.History.FindVersionsAsync("other", Versions("a"), Token).FailsAsync(ErrorReason.EpochChanged);

        async Task<IEnumerable<ChangePlace>> PlacesAsync(VersionSearch search) =>
            (await store.History.FindVersionsAsync(epoch, search, Token)).Select(version => version.Place);
    }

    // Four versions of one key among others. The log begins with the third.
    private static async Task<CommittedCommand[]> GivenVersionsAsync(IUserStore store, string canary)
    {
        var first = Draft.Command(1, Draft.Push("a", $"\"first {canary}\""), Draft.Push("b", $"\"{new string('b', 3_000)}\""));
        var second = Draft.Command(
            2, Draft.Push("a", $"\"second {canary}\"", Anns, over: first.Changes[0], metadata: $$"""{"of": "{{canary}}"}"""));
        var third = Draft.Command(3, Draft.Push("a", $"\"third {canary}\"", over: second.Changes[0]), Draft.Push("c"));
        var fourth = Draft.Command(4, Draft.Push("a", "\"present\"", over: third.Changes[0]));
        await store.CommitAsync(first, second);
        await store.CommitAsync(third, fourth);
        await store.TrimAsync(NoLimits with { MaxChanges = 3 });
        return [first, second, third, fourth];
    }

    private static CommittedCommand Redaction(long revision, ImmutableArray<KeptVersion> versions) =>
        Draft.Command(revision, [.. versions.Select(version => (Func<ChangePlace, Change>)(place => new()
        {
            Kind = ChangeKind.Redacted,
            Place = place,
            Time = Draft.Noon,
            Subject = "a",
            Before = version.Readers,
            Redacts = version.Place,
        }))]);

    private static VersionSearch Versions(string key) =>
        new(ContextKey.Trusted(key), default, new(ChangePlace.MaxRevision, ChangePlace.MaxIndex), null, 10);
}
