using Syntha.Storage.Tests.Contract;

namespace Syntha.Storage.Tests.Postgres.AllUsers;

public sealed class PostgresEpochRenewalTests : EpochRenewalContract, IAsyncDisposable
{
    private PostgresNodes? nodes;

    public async ValueTask DisposeAsync()
    {
        if (nodes is not null)
        {
            await nodes.DisposeAsync();
        }
    }

    // Without this, the test would wait for ever for a missing announcement.
    [Fact(Timeout = 60_000)]
    public async Task Renew_OnOneNode_IsHeardOnAnother()
    {
        var first = await StartAsync();
        var second = nodes!.Start();
        var user = UserIds.New();
        var store = await first.OpenAsync(user);
        await store.CommitAsync(Draft.Command(1, Draft.Push("key")));
        var there = (await second.FindAsync(user))!;
        var heard = new TaskCompletionSource();
        using var watch = there.Watch(() => heard.TrySetResult());
        var before = (await there.ReadHeadAsync(TestContext.Current.CancellationToken)).Position;

        await first.RenewEpochsAsync(new Nobody(), TestContext.Current.CancellationToken);

        await heard.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(before.Epoch, (await there.ReadHeadAsync(TestContext.Current.CancellationToken)).Position.Epoch);
    }

    protected override async ValueTask<IUserStores> StartAsync() => (nodes ??= await PostgresNodes.CreateAsync()).Start();
}
