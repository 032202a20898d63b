using Syntha.Storage.Sqlite;
using Syntha.Storage.Tests.Contract;

namespace Syntha.Storage.Tests.Sqlite;

public sealed class SqliteUserStoreTests : UserStoreContract, IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override ValueTask<IUserStores> StartAsync() =>
        new(new SqliteStores(new() { DataFolder = folder.Path }, Time, NullLoggerFactory.Instance));

    protected override ValueTask StopAsync(IUserStores stores) => ((SqliteStores)stores).DisposeAsync();
}
