namespace Syntha.Storage.Tests.Contract;

public abstract partial class UserStoreContract
{
    private static readonly MeshPart[] Parts =
    [
        new([Draft.Subscribed("a", "t", "u") with { Permissions = new([TopicName.Trusted("t")], true, false) }], []),
        new([Draft.Subscribed("b", "t")], [Item("it's; DROP TABLE changes; --", 3, 1), Item("k", 5, 0, Draft.Routed("a", ["t"], ["b"]))]),
        new([], [Item("l", 5, 7)]),
    ];

    [Fact]
    public async Task Place_StagedStore_IsTheUsersStoreWithItsPlacesAndNothingBelowItsHead()
    {
        var user = UserIds.New();
        var position = await ImportAsync(user, Parts, 9);

        var store = (await Stores.FindAsync(user))!;
        await AssertPlacedAsync(store, position);
        await RestartAsync();
        store = (await Stores.FindAsync(user))!;
        await AssertPlacedAsync(store, position);
        // The imported store goes on as any other: a replaced row stays as long as the log has the change that replaced it.
        var placed = Draft.Push("k", over: new Change
        {
            Kind = ChangeKind.Created,
            Place = new(5, 0),
            Time = Draft.Noon,
            Subject = "k",
            Item = Parts[1].Items[1],
        });
        await store.CommitAsync(Draft.Command(10, placed));
        Assert.Equal(3, (await store.LoadAsync()).Items.Count);
        Assert.Single(await store.ReadAllAsync(after: 9));
        await AssertNothingElseIsKeptAsync(user);
    }

    [Fact]
    public async Task Place_EmptyStage_IsAnEmptyStore()
    {
        var user = UserIds.New();

        var position = await ImportAsync(user, [], 0);

        var mesh = await (await Stores.FindAsync(user))!.LoadAsync();
        Assert.Equal((position, 1), (mesh.Position, mesh.OldestRevision));
        Assert.Empty(mesh.Items);
    }

    [Fact]
    public async Task Stage_ThatIsNotPlaced_LeavesNothing()
    {
        var user = UserIds.New();
        var staged = await Stores.StageAsync(user, StoreRight.Unbound, Token);
        await staged.AddAsync(Parts[1], Token);
        Assert.Null(await Stores.FindAsync(user));

        await staged.DisposeAsync();

        await AssertNothingIsLeftAsync(user);
        await ImportAsync(user, Parts, 9);
    }

    [Fact]
    public async Task Place_OverAStore_ReplacesItOnlyWhereThatWasSaid()
    {
        var user = UserIds.New();
        var old = await Stores.OpenAsync(user);
        var request = Draft.Request(Guid.NewGuid());
        await old.CommitAsync(Draft.Command(1, request, Draft.Push("old"), Draft.Agent(Draft.Subscribed("old", "t"))));
        var before = await old.LoadAsync();
        await ImportAsync(user, Parts, 9, mayReplace: false).FailsAsync(ErrorReason.UserExists);
        Assert.Equal(before.Position, (await old.LoadAsync()).Position);

        var position = await ImportAsync(user, Parts, 9);

        Assert.NotEqual(before.Position.Epoch, position.Epoch);
        await AssertPlacedAsync(old, position);
        await AssertPlacedAsync((await Stores.FindAsync(user))!, position);
        Assert.Empty(await old.FindRequestsAsync(request.Id));
        await old.CommitAsync(Draft.Command(2, Draft.Push("x"))).FailsAsync(ErrorReason.StoreDown);
    }

    [Fact]
    public async Task Place_WhileATurnIsUnderWay_WaitsForItsCommit()
    {
        var user = UserIds.New();
        var store = await Stores.OpenAsync(user);
        var (entered, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var writing = store.WriteAsync(
            async turn =>
            {
                entered.SetResult();
                await go.Task;
                await turn.CommitAsync([Draft.Command(1, Draft.Push("key"))]);
            },
            Token);
        await entered.Task;

        var importing = ImportAsync(user, Parts, 9);
        go.SetResult();

        await writing;
        await AssertPlacedAsync(store, await importing);
    }

    private async Task<Position> ImportAsync(UserId user, MeshPart[] parts, long revision, bool mayReplace = true)
    {
        await using var staged = await Stores.StageAsync(user, StoreRight.Unbound, Token);
        foreach (var part in parts)
        {
            await staged.AddAsync(part, Token);
        }

        return await staged.PlaceAsync(revision, mayReplace, Token);
    }

    private static async Task AssertPlacedAsync(IUserStore store, Position position)
    {
        var mesh = await store.LoadAsync();
        Assert.Matches("^[0-9a-f]{16}$", position.Epoch);
        Assert.Equal((position, 10), (mesh.Position, mesh.OldestRevision));
        Assert.Equal(Parts.SelectMany(part => part.Items), mesh.Items.OrderBy(item => item.Place));
        Assert.Equal(Parts.SelectMany(part => part.Agents), mesh.Agents.OrderBy(agent => agent.Name));
        Assert.Empty(mesh.Expired);
        await store.ReadChangesAsync(8, 1, 1, Token).FailsAsync(ErrorReason.HistoryCompacted);
        Assert.Empty(await store.ReadAllAsync(after: 9));
    }

    private static ContextItem Item(string key, long revision, int index, Readers? readers = null) => new()
    {
        Key = ContextKey.Trusted(key),
        ValueJson = " {\"a\" : 1.0}\n",
        MetadataJson = "{}",
        Readers = readers ?? Readers.Everyone,
        Place = new(revision, index),
        UpdatedAt = Draft.Noon.AddDays(-3),
        ExpiresAt = Draft.Noon.AddDays(3),
    };
}
