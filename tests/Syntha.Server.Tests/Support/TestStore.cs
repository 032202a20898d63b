using Npgsql;
using Syntha.Server.Tests.Streams.Recording;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Support;

/// <summary>
/// Where a test's servers keep users' data: a folder of files, or a database of its own in this program's PostgreSQL. The database is
/// chosen by <c>SYNTHA_TESTS_ENGINE=Postgres</c> or by a test. It is removed after the test.
/// </summary>
internal sealed class TestStore : IAsyncDisposable
{
    private readonly string? database;

    private TestStore(string? database) => this.database = database;

    public static bool PrefersPostgres { get; } = Environment.GetEnvironmentVariable("SYNTHA_TESTS_ENGINE") == "Postgres";

    // In memory where the system offers that, for tests in which only processes die.
    public string Folder { get; } = Directory.CreateDirectory(Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"syntha-attacks-{Guid.NewGuid():N}")).FullName;

    /// <summary>The settings that make a server use it.</summary>
    public IEnumerable<string> Settings => database is null
        ? [$"--Storage:DataPath={Folder}"]
        :
        [
            $"--Storage:DataPath={Folder}", "--Storage:Engine=Postgres", $"--Storage:Postgres:ConnectionString={database}",
            "--Storage:Postgres:PoolSize=8",
            // A busy machine stands still for longer than a caller should have to wait for a store.
            "--Storage:Postgres:MaxWait=00:01:00", "--Storage:Postgres:LockTimeout=00:01:00", "--Storage:Postgres:CommandTimeout=00:02:00",
        ];

    /// <summary>The connection string of its database.</summary>
    public string ConnectionString => database ?? throw new InvalidOperationException("It is a folder.");

    public string? DatabaseName => database is null ? null : new NpgsqlConnectionStringBuilder(database).Database;

    public static Task<TestStore> CreateAsync() => PrefersPostgres ? CreatePostgresAsync() : Task.FromResult(new TestStore(null));

    public static async Task<TestStore> CreatePostgresAsync(string rights = "") =>
        await CreateInAsync(await PostgresCluster.SharedAsync(), rights);

    /// <summary>Creates the database in a given cluster.</summary>
    public static async Task<TestStore> CreateInAsync(PostgresCluster cluster, string rights = "") =>
        new(await cluster.CreateDatabaseAsync(rights));

    /// <summary>The names of all users' stores as the file system or the database has them, in order.</summary>
    public IEnumerable<string> Names()
    {
        if (database is null)
        {
            var users = Path.Combine(Folder, "users");
            return Directory.Exists(users)
                ? Directory.GetFileSystemEntries(users).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
                : [];
        }
        using var connection = new NpgsqlConnection(database);
        connection.Open();
        using var command = new NpgsqlCommand(
            "SELECT substr(nspname, 6) FROM pg_namespace WHERE nspname LIKE 'user\\_%' ORDER BY nspname COLLATE \"C\"", connection);
        using var rows = command.ExecuteReader();
        var names = new List<string>();
        while (rows.Read())
        {
            names.Add(rows.GetString(0));
        }

        return names;
    }

    /// <summary>The user's log, read directly from the store.</summary>
    public LogTable ReadLog(string user) => database is null
        ? LogTable.ReadFile(Path.Combine(Folder, "users", user, "context.db"))
        : LogTable.ReadSchema(database, $"user_{user}");

    public ValueTask DisposeAsync()
    {
        if (database is not null)
        {
            using var connection = new NpgsqlConnection(database);
            NpgsqlConnection.ClearPool(connection);
        }
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        return ValueTask.CompletedTask;
    }
}
