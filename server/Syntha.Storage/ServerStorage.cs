using System.ComponentModel.DataAnnotations;
using System.Diagnostics.Metrics;
using Syntha.Storage.Audit;
using Syntha.Storage.Encryption;
using Syntha.Storage.Engines;
using Syntha.Storage.Ground;
using Syntha.Storage.Options;
using Syntha.Storage.Postgres;
using Syntha.Storage.Records;
using Syntha.Storage.Sqlite;

namespace Syntha.Storage;

/// <summary>
/// Everything that a server keeps, on the engine that its options name. This is the only place that chooses the engine. Thread-safe.
/// Dispose it after the last write.
/// </summary>
public sealed class ServerStorage : IAsyncDisposable
{
    private readonly IStorageEngine engine;
    private volatile bool hasStarted;

    private ServerStorage(IStorageEngine engine, ILogger logger, MasterKey? master)
    {
        this.engine = engine;
        Guard = new(engine.Records, master);
        Encryption = new(engine.Records, Guard, engine.Encryption, logger);
    }

    /// <summary>The users' stores.</summary>
    public IUserStores Users => engine;

    /// <summary>The server's own records: credentials and quotas.</summary>
    public IServerRecords Records => engine.Records;

    public AuditStore Audit => engine.Audit;

    /// <summary>Checks that data and settings agree about encryption.</summary>
    public EncryptionGuard Guard { get; }

    /// <summary>Encrypts the users' stores, and changes their keys.</summary>
    public StoreEncryption Encryption { get; }

    /// <param name="options">The engine, and where it keeps the data.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">The log.</param>
    /// <param name="master">Null: the users' stores are not encrypted.</param>
    /// <exception cref="ValidationException">The options cannot be used. The message tells everything that is wrong with them.</exception>
    /// <exception cref="DataFolderInUseException">Another process holds the data folder.</exception>
    public static ServerStorage Open(StorageOptions options, TimeProvider time, ILoggerFactory loggers, MasterKey? master)
    {
        IStorageEngine engine = options.Engine switch
        {
            StoreEngine.Postgres => new PostgresStores(options.Postgres, time, loggers, master),
            StoreEngine.Sqlite => new SqliteStores(options, time, loggers, master),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Engine, "An engine that is not known."),
        };
        return new(engine, loggers.CreateLogger<ServerStorage>(), master);
    }

    /// <summary>Checks that the data can be served. May be called again.</summary>
    /// <exception cref="StorageUnusableException">It cannot. The message says why, and what to do.</exception>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY, STORE_FULL, STORE_READ_ONLY.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (hasStarted)
        {
            return;
        }

        await engine.StartAsync(cancellationToken);
        await Guard.DemandAsync(cancellationToken);
        hasStarted = true;
    }

    /// <summary>Adds what the engine counts to the server's meter.</summary>
    public void AddGauges(Meter meter) => engine.AddGauges(meter);

    /// <summary>May be called again.</summary>
    public ValueTask DisposeAsync() => engine.DisposeAsync();
}
