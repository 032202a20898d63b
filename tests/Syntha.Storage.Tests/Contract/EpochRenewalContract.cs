namespace Syntha.Storage.Tests.Contract;

/// <summary>New epochs for all users, on stores that no other test uses.</summary>
public abstract class EpochRenewalContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract ValueTask<IUserStores> StartAsync();

    [Fact]
    public async Task Renew_AllStores_GivesEachAnEpochOfItsOwnAndTouchesNothingElse()
    {
        var stores = await StartAsync();
        UserId[] users = [UserIds.New(), UserIds.Of("Not.A.Plain@Name"), UserIds.New()];
        var before = new List<StoredMesh>();
        foreach (var user in users)
        {
            var store = await stores.OpenAsync(user);
            await store.CommitAsync(Draft.Command(1, Draft.Push("key", $"\"{user}\""), Draft.Agent(Draft.Subscribed("a", "t"))));
            before.Add(await store.LoadAsync());
        }

        Assert.Equal(new StoreCount(3, 0, 3), await stores.RenewEpochsAsync(new Nobody(), Token));

        var epochs = before.Select(mesh => mesh.Position.Epoch).ToHashSet();
        for (var n = 0; n < users.Length; n++)
        {
            var store = (await stores.FindAsync(users[n]))!;
            var after = await store.LoadAsync();
            Assert.True(epochs.Add(after.Position.Epoch));
            Assert.Matches("^[0-9a-f]{16}$", after.Position.Epoch);
            Assert.Equal((1, 1), (after.Position.Revision, after.OldestRevision));
            Assert.Equal(before[n].Items, after.Items);
            Assert.Equal(before[n].Agents, after.Agents);
            Assert.Equal(after.Position, (await store.ReadHeadAsync(Token)).Position);
            await store.CommitAsync(Draft.Command(2, Draft.Push("more")));
        }
    }

    [Fact]
    public async Task Renew_WhileATurnIsUnderWay_WaitsForItAndTheNextTurnSeesTheNewEpoch()
    {
        var stores = await StartAsync();
        var store = await stores.OpenAsync(UserIds.New());
        var (entered, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var epoch = "";
        var writing = store.WriteAsync(
            async turn =>
            {
                epoch = turn.Head.Position.Epoch;
                entered.SetResult();
                await go.Task;
                await turn.CommitAsync([Draft.Command(1, Draft.Push("key"))]);
            },
            Token);
        await entered.Task;
        var renewing = stores.RenewEpochsAsync(new Nobody(), Token);
        Assert.False(renewing.IsCompleted);
        go.SetResult();

        await writing;
        Assert.Equal(1, (await renewing).Done);
        await store.WriteAsync(
            turn =>
            {
                Assert.NotEqual(epoch, turn.Head.Position.Epoch);
                Assert.Equal(1, turn.Head.Position.Revision);
                return ValueTask.CompletedTask;
            },
            Token);
    }

    [Fact]
    public async Task Renew_WithoutAnyStore_IsNothing() =>
        Assert.Equal(new StoreCount(0, 0, 0), await (await StartAsync()).RenewEpochsAsync(new Nobody(), Token));

    protected sealed class Nobody : IProgress<StoreCount>
    {
        public void Report(StoreCount value)
        {
        }
    }
}
