using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Syntha.Storage.Encryption;
using Syntha.Storage.Names;
using Syntha.Storage.Options;
using Syntha.Storage.Sqlite;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Tests.Support;

/// <summary>A data folder with its stores, as a process has them. Tests can also change its files directly.</summary>
internal sealed class SqliteFixture : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly ScratchFolder folder = new();
    private SqliteStores? stores;

    public SqliteFixture(StorageOptions? options = null) => Options = (options ?? new()) with { DataPath = folder.Path };

    public FakeTimeProvider Time { get; } = new(Draft.Noon);

    public StorageOptions Options { get; set; }

    public Migrations Migrations { get; set; } = Migrations.Embedded;

    public MasterKey? Master { get; init; }

    public ILoggerFactory Logs { get; set; } = NullLoggerFactory.Instance;

    public string Folder => Options.DataPath;

    public SqliteStores Stores
    {
        get
        {
            lock (gate)
            {
                return stores ??= new(Options, Time, Logs, Migrations, maxOpenFiles: null, Master);
            }
        }
    }

    public string FolderOf(UserId user) => Path.Combine(Folder, "users", StoreName.Of(user).Value);

    public string FileOf(UserId user) => Path.Combine(FolderOf(user), "context.db");

    public async Task StopAsync()
    {
        if (stores is not null)
        {
            await stores.DisposeAsync();
        }

        stores = null;
    }

    /// <summary>A store with one item. It is closed again, unless the test wants it open.</summary>
    public async Task<UserId> GivenStoreAsync(string value = "1", bool isOpen = false)
    {
        var user = UserIds.New();
        await (await Stores.OpenAsync(user)).CommitAsync(Draft.Command(1, Draft.Push("key", value)));
        if (!isOpen)
        {
            await StopAsync();
        }

        return user;
    }

    public async Task<StoredMesh> LoadAsync(UserId user) => await (await Stores.FindAsync(user))!.LoadAsync();

    /// <summary>Changes a file without the server.</summary>
    public long Execute(UserId user, string sql)
    {
        using var connection = Connect(user);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as long? ?? 0;
    }

    public SqliteConnection Connect(UserId user)
    {
        var connection = new SqliteConnection($"Data Source={FileOf(user)};Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>The files below the folder that this process has open.</summary>
    public string[] OpenFiles() => [.. Directory.EnumerateFiles("/proc/self/fd")
        .Select(descriptor =>
        {
            try
            {
                return new FileInfo(descriptor).LinkTarget;
            }
            catch (IOException)
            {
                return null;
            }
        })
        .Where(target => target is not null && target.StartsWith(Folder, StringComparison.Ordinal))
        .Select(target => target!)];

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        folder.Dispose();
    }
}
