using System.ComponentModel.DataAnnotations;
using System.Diagnostics.Metrics;
using Syntha.Storage.Audit;
using Syntha.Storage.Encryption;
using Syntha.Storage.Engines;
using Syntha.Storage.Ground;
using Syntha.Storage.Names;
using Syntha.Storage.Options;
using Syntha.Storage.Records;
using Syntha.Storage.Sqlite.AllUsers;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Files;
using Syntha.Storage.Sqlite.OneUser;
using Syntha.Storage.Sqlite.Rows;
using Syntha.Storage.Sqlite.Server;

namespace Syntha.Storage.Sqlite;

/// <summary>
/// Sqlite is the engine that needs no database server; it uses its own rooms and the shared ones. All users' stores are files in one data
/// folder, which this process holds until this is disposed. Thread-safe. Dispose it after the last write: it waits for work under way, and
/// closes every file.
/// </summary>
internal sealed class SqliteStores : IStorageEngine
{
    // The runtime, the network and the log need descriptors too. A process that has none left for its next assembly dies.
    private const int ReservedDescriptors = 512;

    // Two connections, each with a database and a write-ahead file; an index that the two share; and one to spare.
    private const int DescriptorsPerStore = 6;

    private readonly DataFolder folder;
    private readonly DataFolderLock holding;
    private readonly NewStoreFile newFile;
    private readonly UserConnections connections;
    private readonly HeldFiles held;
    private readonly SqliteFiles files;
    private readonly FileThreads writers;
    private readonly FileThreads readers;
    private readonly SqliteRecords records;
    private readonly SqliteAudit audit;
    private readonly MasterKey? master;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private int isDisposed;

    /// <param name="options">The data folder and its limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">The log.</param>
    /// <param name="master">Null: stores are not encrypted.</param>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    /// <exception cref="DataFolderInUseException">Another process holds the data folder.</exception>
    public SqliteStores(StorageOptions options, TimeProvider time, ILoggerFactory loggers, MasterKey? master = null)
        : this(options, time, loggers, Migrations.Embedded, Libc.MaxOpenFiles(), master)
    {
    }

    public SqliteStores(
        StorageOptions options, TimeProvider time, ILoggerFactory loggers, Migrations migrations, long? maxOpenFiles,
        MasterKey? master = null)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        logger = loggers.CreateLogger<SqliteStores>();
        (this.time, this.master) = (time, master);
        folder = new(options.DataPath);
        holding = DataFolderLock.Take(folder, time);
        if (folder.RemoveLeftovers() is var left and > 0)
        {
            StorageLog.LeftoversRemoved(logger, left);
        }

        newFile = new(migrations);
        writers = new("syntha writer", options.WriterThreads);
        readers = new("syntha reader", options.ReaderThreads);

        MaxOpenStores = Fit(options.MaxOpenStores, maxOpenFiles);
        connections = new(folder, migrations, options.MaxStoreBytes, logger);
        held = new(folder, logger);
        files = new(
            (user, predecessors) => new(user, new(user, master), connections, held, predecessors, file => files!.Closed(file), logger),
            file => readers.RunAsync(() => { file.Dispose(); return true; }),
            MaxOpenStores, options, time, logger);
        records = new(folder);
        audit = new(folder);
        Audit = new(audit);
        Encryption = new SqliteEncryption(StoreOf, files, connections, folder, newFile, writers, logger);
        StorageLog.FolderHeld(logger, folder.Path, MaxOpenStores);
    }

    public IServerRecords Records => records;

    public AuditStore Audit { get; }

    public IUserEncryption Encryption { get; }

    /// <summary>How many stores may be open at once: the configured number, or fewer if the process may not open so many files.</summary>
    public int MaxOpenStores { get; }

    /// <summary>How many stores are open now.</summary>
    public int OpenStores => files.Open;

    public bool IsShared => false;

    public TimeProvider Clock => time;

    public ICommitRecorder Recorder { get; set; } = ICommitRecorder.None;

    // The constructor has taken the data folder and removed leftovers.
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void AddGauges(Meter meter)
    {
        meter.CreateObservableGauge("syntha.stores.open", () => OpenStores, "{store}", "Users' files that are open.");
        meter.CreateObservableGauge(
            "syntha.stores.held", () => held.Count, "{store}",
            "Users' files that another program reads and does not let go of, so that their write-ahead files grow.");
    }

    public async ValueTask<IUserStore?> FindAsync(UserId user, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = await readers.RunAsync(() => Translated(user, () => folder.Contains(StoreName.Of(user))));
        return found ? StoreOf(user) : null;
    }

    public async ValueTask<IUserStore> OpenAsync(UserId user, StoreRight right, CancellationToken cancellationToken)
    {
        // The file's write lock lets only one caller make it.
        using var lease = await files.LeaseAsync(user, cancellationToken);
        await lease.File.Writing.WaitAsync(cancellationToken);
        try
        {
            if (!await readers.RunAsync(() => Translated(user, () => folder.Contains(StoreName.Of(user)))))
            {
                // An erase revokes first, and then waits for the same lock.
                await DemandAsync(user, right);
                await writers.RunAsync(() => Translated(user, () => EnsureExists(user)));
            }
        }
        finally
        {
            lease.File.Writing.Release();
        }
        return StoreOf(user);
    }

    public async Task<bool> DeleteAsync(UserId user, CancellationToken cancellationToken)
    {
        using var lease = await files.LeaseAsync(user, cancellationToken);
        return await lease.File.AloneAsync(
            async () =>
            {
                await RecordRestAsync(user, lease.File, cancellationToken);
                return await writers.RunAsync(() => Translated(user, () => Erase(user, lease.File)));
            },
            cancellationToken);
    }

    public async Task<IStagedStore> StageAsync(UserId user, StoreRight right, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var stage = new SqliteStagedStore(
            user, new(user, master), folder, newFile, files, writers, async file =>
            {
                await DemandAsync(user, right);
                await RecordRestAsync(user, file, cancellationToken);
            },
            exception => SqliteErrors.Translate(exception, StorePhase.Writing), logger);
        try
        {
            await stage.OpenAsync();
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    public Task<StoreCount> RenewEpochsAsync(IProgress<StoreCount> progress, CancellationToken cancellationToken) =>
        new SqliteEpochRenewal(folder, files, writers, logger).RunAsync(progress, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
        {
            return;
        }

        // At once no file is given out any more. Then the files under way end, which may still record what they erase.
        await files.DisposeAsync();
        await audit.DisposeAsync();
        await records.DisposeAsync();
        writers.Dispose();
        readers.Dispose();
        holding.Dispose();
    }

    private SqliteUserStore StoreOf(UserId user) => new(user, files, writers, readers, time, logger);

    private async Task DemandAsync(UserId user, StoreRight right)
    {
        if (!await records.HoldsAsync(user, right, time.GetUtcNow()))
        {
            throw StoreRight.Ended();
        }
    }

    private bool EnsureExists(UserId user)
    {
        var name = StoreName.Of(user);
        if (folder.Contains(name))
        {
            return false;
        }

        folder.Create(name, newFile.Make(user, new StoreKeys(user, master).Create()));
        StorageLog.Created(logger, user);
        return true;
    }

    // No other caller may use the file meanwhile.
    private async Task RecordRestAsync(UserId user, SqliteFile file, CancellationToken cancellationToken)
    {
        if (Recorder == ICommitRecorder.None || !folder.Contains(StoreName.Of(user)))
        {
            return;
        }

        var log = new SqliteCommitLog(async (read, _) =>
            await readers.RunAsync(() => Translated(user, () => read(file.OpenReader().Connection))));
        await Recorder.RecordRestAsync(user, log, cancellationToken);
    }

    private bool Erase(UserId user, SqliteFile file)
    {
        file.Close();
        if (!folder.Delete(StoreName.Of(user)))
        {
            return false;
        }

        StorageLog.Erased(logger, user);
        return true;
    }

    private T Translated<T>(UserId user, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (SqliteErrors.Translate(exception, StorePhase.Opening) is { } failure)
        {
            StorageLog.Failed(logger, failure, user);
            throw failure;
        }
    }

    private int Fit(int configured, long? maxOpenFiles)
    {
        if (maxOpenFiles is not { } limit)
        {
            return configured;
        }

        var fitting = (int)Math.Clamp((limit - ReservedDescriptors) / DescriptorsPerStore, 1, configured);
        if (fitting < configured)
        {
            StorageLog.OpenStoresLowered(logger, fitting, configured, limit);
        }

        return fitting;
    }
}
