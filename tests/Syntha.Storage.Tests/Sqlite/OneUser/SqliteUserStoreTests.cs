using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Names;
using Syntha.Storage.Sqlite;
using Syntha.Storage.Tests.Contract;

namespace Syntha.Storage.Tests.Sqlite.OneUser;

/// <summary>The contract on plain files.</summary>
public sealed class SqliteUserStoreTests() : SqliteContract(master: null);

/// <summary>The contract on encrypted files: callers see no difference.</summary>
public sealed class EncryptedSqliteUserStoreTests() : SqliteContract(TestMasterKey.Create())
{
    protected override int Histories => 6;
}

public abstract class SqliteContract : UserStoreContract, IDisposable
{
    private readonly MasterKey? master;
    private readonly ScratchFolder folder = new();

    private protected SqliteContract(MasterKey? master) => this.master = master;

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }


    protected override ValueTask<IUserStores> StartAsync() =>
        new(new SqliteStores(new() { DataPath = folder.Path }, Time, NullLoggerFactory.Instance, master));

    protected override async Task AssertNothingElseIsKeptAsync(UserId user)
    {
        await RestartAsync();
        await using var connection =
            new SqliteConnection($"Data Source={folder.Sub("users", StoreName.Of(user).Value, "context.db")};Pooling=False");
        connection.Open();
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT count(*) FROM changes, head WHERE place < oldest_revision << 24 AND place NOT IN (
              SELECT place FROM live
              UNION ALL
              SELECT replaces FROM changes, head WHERE place >= oldest_revision << 24 AND replaces IS NOT NULL)
            """;
        Assert.Equal(0L, command.ExecuteScalar());
    }

    protected override async Task AddOutcomesAsync(UserId user, int count)
    {
        await RestartAsync();
        await using var connection =
            new SqliteConnection($"Data Source={folder.Sub("users", StoreName.Of(user).Value, "context.db")};Pooling=False");
        connection.Open();
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            WITH RECURSIVE rows (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM rows WHERE n < @count)
            INSERT INTO outcomes (time, agent, task_type, success) SELECT 0, 'ann', 'seed', 1 FROM rows
            """;
        command.Parameters.AddWithValue("@count", count);
        command.ExecuteNonQuery();
    }

    protected override bool IsPlain => master is null;

    // While the process goes on, so that the write-ahead file is there.
    protected override Task<bool> HoldsAsync(UserId user, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return Task.FromResult(Directory.GetFiles(folder.Sub("users", StoreName.Of(user).Value))
            .Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(bytes) >= 0));
    }

    protected override Task AssertNothingIsLeftAsync(UserId user)
    {
        Assert.False(Path.Exists(folder.Sub("users", StoreName.Of(user).Value)));
        foreach (var passing in new[] { folder.Sub("erased"), folder.Sub("staged") })
        {
            Assert.Empty(Directory.Exists(passing) ? Directory.GetFileSystemEntries(passing) : []);
        }

        return Task.CompletedTask;
    }

    protected override ValueTask StopAsync(IUserStores stores) => ((SqliteStores)stores).DisposeAsync();
}
