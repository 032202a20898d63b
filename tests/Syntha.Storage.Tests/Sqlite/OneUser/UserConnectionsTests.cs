using Microsoft.Data.Sqlite;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Files;
using Syntha.Storage.Sqlite.OneUser;

namespace Syntha.Storage.Tests.Sqlite.OneUser;

public sealed class UserConnectionsTests : IAsyncDisposable
{
    private readonly SqliteFixture sqlite = new();

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    [Theory]
    [InlineData("PRAGMA journal_mode", "wal")]
    [InlineData("PRAGMA synchronous", 2L)]
    [InlineData("PRAGMA trusted_schema", 0L)]
    [InlineData("PRAGMA cell_size_check", 1L)]
    [InlineData("PRAGMA temp_store", 2L)]
    [InlineData("PRAGMA busy_timeout", 1000L)]
    [InlineData("PRAGMA max_page_count", 512L)]
    public async Task OpenWriter_AnyStore_IsDurableAndBounded(string pragma, object expected)
    {
        var user = await sqlite.GivenStoreAsync();
        using var writer = Connections(maxStoreBytes: 2 << 20).OpenWriter(user, keys: null);

        Assert.Equal(expected, Run(writer.Connection, pragma));
    }

    [Theory]
    [InlineData("SELECT load_extension('anything')")]
    [InlineData("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'nonsense'")]
    [InlineData("SELECT * FROM items")]
    public async Task OpenWriter_AnyStore_RefusesWhatTheServerNeverDoes(string sql)
    {
        var user = await sqlite.GivenStoreAsync();
        using var writer = Connections().OpenWriter(user, keys: null);

        Assert.Throws<SqliteException>(() => Run(writer.Connection, sql));
    }

    [Fact]
    public async Task OpenReader_AnyStore_CannotWrite()
    {
        var user = await sqlite.GivenStoreAsync();
        using var reader = Connections().OpenReader(user);

        var refusal = Assert.Throws<SqliteException>(() => Run(reader, "DELETE FROM changes"));

        Assert.Equal(SQLitePCL.raw.SQLITE_READONLY, refusal.SqliteErrorCode);
    }

    [Fact]
    public async Task Write_Work_RunsOnAThreadOfItsOwn()
    {
        string? name = null;

        await (await sqlite.Stores.OpenAsync(UserIds.New())).WriteAsync(
            _ =>
            {
                name = Thread.CurrentThread.Name;
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        Assert.StartsWith("syntha writer", name, StringComparison.Ordinal);
    }

    private UserConnections Connections(long? maxStoreBytes = null) =>
        new(new DataFolder(sqlite.Folder), Migrations.Embedded, maxStoreBytes, NullLogger.Instance);

    private static object? Run(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        return command.ExecuteScalar();
    }
}
