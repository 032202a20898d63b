using Syntha.Storage.Tests.Contract;

namespace Syntha.Storage.Tests.Sqlite.AllUsers;

public sealed class SqliteEpochRenewalTests : EpochRenewalContract, IAsyncDisposable
{
    private readonly SqliteFixture sqlite = new();

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    [Fact]
    public async Task Renew_WithADamagedStoreAmongThem_PassesOverThatOneAndCountsIt()
    {
        var (whole, damaged) = (await sqlite.GivenStoreAsync(), await sqlite.GivenStoreAsync());
        var before = (await sqlite.LoadAsync(whole)).Position;
        await File.WriteAllTextAsync(sqlite.FileOf(damaged), "no database", TestContext.Current.CancellationToken);

        Assert.Equal(new StoreCount(1, 1, 2), await sqlite.Stores.RenewEpochsAsync(new Nobody(), TestContext.Current.CancellationToken));

        Assert.NotEqual(before.Epoch, (await sqlite.LoadAsync(whole)).Position.Epoch);
    }

    protected override ValueTask<IUserStores> StartAsync() => new(sqlite.Stores);
}
