namespace Syntha.Storage.Tests.Contract;

public abstract partial class UserStoreContract
{
    [Fact]
    public async Task Write_32WritersAtOnce_LoseNothing()
    {
        const int Writers = 32;
        const int Rounds = 25;
        var store = await Stores.OpenAsync(UserIds.New());
        long revision = 0;

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                for (var round = 0; round < Rounds; round++)
                {
                    // This is safe because there is one transaction at a time.
                    await store.WriteAsync(
                        async turn => await turn.CommitAsync([Draft.Command(++revision, Draft.Push($"{writer}/{round}"))]), Token);
                }
            },
            Token)));

        var mesh = await store.LoadAsync();
        Assert.Equal(Writers * Rounds, mesh.Position.Revision);
        Assert.Equal(Writers * Rounds, mesh.Items.Select(item => item.Key).Distinct().Count());
        var changes = await store.ReadAllAsync();
        Assert.Equal(Enumerable.Range(1, Writers * Rounds).Select(number => (long)number), changes.Select(change => change.Place.Revision));
    }

    [Fact]
    public async Task Write_WhileAnotherHasItsTurn_WaitsUntilItsEnd()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var entered = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var order = new List<string>();
        var first = store.WriteAsync(
            async turn =>
            {
                entered.SetResult();
                await go.Task;
                order.Add("first");
                await turn.CommitAsync([Draft.Command(1, Draft.Push("a"))]);
            },
            Token);
        await entered.Task;
        var second = store.WriteAsync(
            async turn =>
            {
                order.Add("second");
                await turn.CommitAsync([Draft.Command(2, Draft.Push("b"))]);
            },
            Token);

        // The log can be read meanwhile, as many streams do.
        Assert.Empty(await store.ReadAllAsync());
        Assert.Empty(order);
        go.SetResult();
        await first;
        await second;

        Assert.Equal(["first", "second"], order);
        Assert.Equal(2, (await store.ReadAllAsync()).Length);
    }

    [Fact]
    public async Task Write_CancelledWhileItWaits_DoesNothing()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var entered = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var first = store.WriteAsync(
            async _ =>
            {
                entered.SetResult();
                await go.Task;
            },
            Token);
        await entered.Task;
        using var cancelled = new CancellationTokenSource();
        var second = store.WriteAsync(turn => turn.CommitAsync([Draft.Command(1, Draft.Push("a"))]), cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        go.SetResult();
        await first;
        Assert.Empty((await store.LoadAsync()).Items);
    }

    [Fact]
    public async Task Write_WorkThatThrows_ReachesItsCallerAndWritesNothing()
    {
        var store = await Stores.OpenAsync(UserIds.New());

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => store.WriteAsync(_ => throw new TimeZoneNotFoundException(), Token));
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => store.WriteAsync(
            async _ =>
            {
                await Task.Yield();
                throw new TimeZoneNotFoundException();
            },
            Token));

        Assert.Equal(0, (await store.LoadAsync()).Position.Revision);
        await store.CommitAsync(Draft.Command(1, Draft.Push("a")));
    }

    [Fact]
    public async Task Commit_FromAnotherHeadThanTheStores_IsStoreDownAndWritesNothing()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        await store.CommitAsync(Draft.Command(1, Draft.Push("a")), Draft.Command(2, Draft.Push("b")));
        var before = await store.LoadAsync();

        await store.CommitAsync(Draft.Command(2, Draft.Push("c"))).FailsAsync(ErrorReason.StoreDown);
        await store.CommitAsync(Draft.Command(4, Draft.Push("c"))).FailsAsync(ErrorReason.StoreDown);

        var after = await store.LoadAsync();
        Assert.Equal(before.Position, after.Position);
        Assert.Equal(before.Items, after.Items);
        Assert.Equal(2, (await store.ReadAllAsync()).Length);
        await store.CommitAsync(Draft.Command(3, Draft.Push("c")));
    }

    [Fact]
    public async Task Commit_ReplacingWhatTheStoreDoesNotHold_IsStoreDownAndWritesNothing()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var first = Draft.Command(1, Draft.Push("a"));
        await store.CommitAsync(first);
        await store.CommitAsync(Draft.Command(2, Draft.End(ChangeKind.Removed, first.Changes[0])));

        await store.CommitAsync(Draft.Command(3, Draft.Push("a", over: first.Changes[0]))).FailsAsync(ErrorReason.StoreDown);

        Assert.Equal(2, (await store.LoadAsync()).Position.Revision);
        Assert.Empty((await store.LoadAsync()).Items);
    }

    [Fact]
    public async Task Commit_GapBetweenItsCommands_WritesNothing()
    {
        var store = await Stores.OpenAsync(UserIds.New());

        await Assert.ThrowsAnyAsync<Exception>(
            () => store.CommitAsync(Draft.Command(1, Draft.Push("a")), Draft.Command(3, Draft.Push("b"))));

        Assert.Equal(0, (await store.LoadAsync()).Position.Revision);
    }

    [Fact]
    public async Task Commit_LargeGroup_IsOneWhole()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var command = Draft.Command(1, [.. Enumerable.Range(0, 5_000).Select(number => Draft.Push($"key/{number}", $"{number}"))]);

        await store.CommitAsync(command);

        Assert.Equal(command.Changes, await store.ReadAllAsync());
        Assert.Equal(5_000, (await store.LoadAsync()).Items.Count);
    }

    [Fact]
    public async Task Commit_GroupOfManyMegabytes_IsOneWhole()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var group =
            Enumerable.Range(1, 20).Select(revision => Draft.Command(revision, Draft.Push($"{revision}", Megabyte(revision)))).ToArray();

        await store.CommitAsync(group);
        // Written in several parts. The last one does not fit, so none may stay.
        await store.CommitAsync(
        [
            .. Enumerable.Range(21, 20).Select(revision => Draft.Command(revision, Draft.Push($"{revision}", Megabyte(revision)))),
            Draft.Command(41, place => Draft.Push("last")(place) with { Replaces = new(1, 7) }),
        ]).FailsAsync(ErrorReason.StoreDown);

        Assert.Equal(group.SelectMany(command => command.Changes), await store.ReadAllAsync());
        Assert.Equal(20, (await store.LoadAsync()).Items.Count);
    }

    private static string Megabyte(int number) => $"\"{new string((char)('a' + number), 1 << 20)}\"";

    [Fact]
    public async Task Now_OfATurn_IsTheClockInWholeMicroseconds()
    {
        var store = await Stores.OpenAsync(UserIds.New());
        Time.Advance(TimeSpan.FromTicks(12_345));
        DateTimeOffset now = default;

        await store.WriteAsync(
            turn =>
            {
                now = turn.Now;
                return ValueTask.CompletedTask;
            },
            Token);

        Assert.Equal(Draft.Noon.AddTicks(12_340), now);
    }
}
