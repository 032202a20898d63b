using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Encryption;

/// <summary>A store and its key ring, and ways to read and to tamper with the store without the server.</summary>
internal sealed class EncryptedStore : IAsyncDisposable
{
    private readonly ScratchFolder ring = new();
    private readonly string slot = $"canary_{Guid.NewGuid():N}";
    private string firstSegment = "";

    private EncryptedStore(TestStore store) => Store = store;

    public TestStore Store { get; }

    public string Ring => Path.Combine(ring.Path, "ring");

    public string Setting => $"--Encryption:KeyRingPath={Ring}";

    public bool IsPostgres => Store.DatabaseName is not null;

    private string SealedColumn => IsPostgres ? "sealed" : "value";

    public static async Task<EncryptedStore> CreateOnPostgresAsync() => new(await TestStore.CreatePostgresAsync());

    public static async Task<EncryptedStore> CreateAsync()
    {
        var store = new EncryptedStore(await TestStore.CreateAsync());
        if (store.IsPostgres)
        {
            await store.KeepLogAsync();
        }

        return store;
    }

    public Task<TestServer> StartAsync(params string[] settings) => TestServer.StartOnAsync(Store, [Setting, .. settings]);

    /// <summary>Runs a command on the store, or a server that must be refused.</summary>
    public Task<(int ExitCode, string Output)> RunAsync(string? command, params string[] settings) => ServerProcess.RunToEndAsync(
        [.. command is null ? [] : new[] { command }, .. Store.Settings, "--Server:GrpcPort=0", "--Server:HttpPort=0", .. settings]);

    /// <summary>The stored form of an item's value and metadata.</summary>
    public byte[] Read(string user, string key) =>
        (byte[])Execute(
            user, $"SELECT {SealedColumn} FROM changes WHERE subject = @a AND kind IN (1, 2) ORDER BY place DESC LIMIT 1", key)!;

    public void Write(string user, string key, byte[] stored) =>
        Execute(user, $"UPDATE changes SET {SealedColumn} = @b WHERE subject = @a", key, stored);

    /// <summary>The user's stored data keys: their numbers, and how they are wrapped.</summary>
    public (string Id, string Wrapped)[] Keys(string user) =>
        [.. ((string)Execute(user, IsPostgres ? "SELECT data_keys FROM identity" : "SELECT data_keys FROM head")!)
            .Split(',').Select(key => key.Split(':')).Select(parts => (parts[0], parts[1]))];

    public void SetKeys(string user, string stored) =>
        Execute(user, IsPostgres ? "UPDATE identity SET data_keys = @a" : "UPDATE head SET data_keys = @a", stored);

    /// <summary>The files of the ring's own keys.</summary>
    public string[] RingFiles() => Directory.GetFiles(Ring, "key-*.xml");

    /// <summary>Adds a key to the ring that is used from now on, as the platform does every 90 days.</summary>
    public void AddRingKey()
    {
        using var platform = new ServiceCollection()
            .AddDataProtection().SetApplicationName("syntha").PersistKeysToFileSystem(new(Ring)).Services
            .BuildServiceProvider();
        var now = TimeProvider.System.GetUtcNow();
        platform.GetRequiredService<IKeyManager>().CreateNewKey(now, now.AddDays(90));
    }

    /// <summary>The number of log rows that each data key encrypts.</summary>
    public IEnumerable<uint> KeysOfRows(string user) => All(user, $"SELECT {SealedColumn} FROM changes WHERE kind IN (1, 2)")
        .Select(stored => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(stored.AsSpan(1)));

    /// <summary>The files that contain a text: those of the data folder, or those of the database and its write-ahead log.</summary>
    public async Task<List<string>> FilesWithAsync(string text)
    {
        var files = IsPostgres ? await DatabaseFilesAsync() : Directory.EnumerateFiles(Store.Folder, "*", SearchOption.AllDirectories);
        return [.. files.Where(file => Path.GetFileName(file) != "lock" && Holds(file, text))];
    }

    /// <summary>Makes PostgreSQL analyze all tables for its planner, as it does by itself now and then.</summary>
    public async Task AnalyzeAsync() => await (await PostgresCluster.SharedAsync()).ExecuteAsync("ANALYZE", Store.DatabaseName);

    public async ValueTask DisposeAsync()
    {
        ring.Dispose();
        if (firstSegment != "")
        {
            await (await PostgresCluster.SharedAsync()).ExecuteAsync($"SELECT pg_drop_replication_slot('{slot}')");
        }

        await Store.DisposeAsync();
    }

    public object? Execute(string user, string sql, params object[] values)
    {
        using var connection = Connect(user);
        using var command = Command(connection, sql, values);
        return command.ExecuteScalar();
    }

    private List<byte[]> All(string user, string sql)
    {
        using var connection = Connect(user);
        using var command = Command(connection, sql, []);
        using var rows = command.ExecuteReader();
        var all = new List<byte[]>();
        while (rows.Read())
        {
            all.Add(rows.GetFieldValue<byte[]>(0));
        }

        return all;
    }

    private System.Data.Common.DbConnection Connect(string user)
    {
        System.Data.Common.DbConnection connection = IsPostgres
            ? new NpgsqlConnection($"{Store.ConnectionString};Pooling=False;Search Path=user_{user}")
            : new SqliteConnection($"Data Source={Path.Combine(Store.Folder, "users", user, "context.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    private static System.Data.Common.DbCommand Command(System.Data.Common.DbConnection connection, string sql, object[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var index = 0; index < values.Length; index++)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"@{(char)('a' + index)}", values[index]);
            command.Parameters.Add(parameter);
        }
        return command;
    }

    // A checkpoint removes the segments before it, even when another test caused it. A replica slot that is never read keeps them. Start at
    // the present position: the logs of other tests are long and of no interest.
    private async Task KeepLogAsync()
    {
        await (await PostgresCluster.SharedAsync()).ExecuteAsync($"SELECT pg_create_physical_replication_slot('{slot}', true)");
        firstSegment = await SegmentAsync();
    }

    private async Task<IEnumerable<string>> DatabaseFilesAsync()
    {
        var cluster = await PostgresCluster.SharedAsync();
        await cluster.ExecuteAsync("CHECKPOINT");
        var data = Path.Combine(cluster.Folder, "data");
        var database = await cluster.ExecuteAsync($"SELECT oid FROM pg_database WHERE datname = '{Store.DatabaseName}'");
        var last = await SegmentAsync();
        var logged = Directory.EnumerateFiles(Path.Combine(data, "pg_wal")).Where(file =>
            string.CompareOrdinal(Path.GetFileName(file), firstSegment) >= 0 && string.CompareOrdinal(Path.GetFileName(file), last) <= 0);
        return [.. Directory.EnumerateFiles(Path.Combine(data, "base", $"{database}")), .. logged];
    }

    private static async Task<string> SegmentAsync() =>
        (string)(await (await PostgresCluster.SharedAsync()).ExecuteAsync("SELECT pg_walfile_name(pg_current_wal_lsn())"))!;

    private static bool Holds(string file, string text)
    {
        try
        {
            return File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
        }
        catch (FileNotFoundException)
        {
            // PostgreSQL removes files of its own at any time. A file that is gone holds nothing.
            return false;
        }
    }
}
