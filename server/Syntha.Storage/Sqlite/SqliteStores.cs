using System.ComponentModel.DataAnnotations;
using Syntha.Storage.Files;
using Syntha.Storage.Names;

namespace Syntha.Storage.Sqlite;

/// <summary>
/// All users' stores as SQLite files in one data folder, which belongs to this process until it is disposed. Thread-safe. Dispose it after
/// the last write: it waits for work under way and closes every file.
/// </summary>
public sealed class SqliteStores : IUserStores, IAsyncDisposable
{
    // The runtime, the network and the log need descriptors as well, and a process that has none left for its next assembly dies.
    private const int ReservedDescriptors = 512;

    // Two connections, each with a database, a write-ahead file and, shared between the two, an index of it; and one to spare.
    private const int DescriptorsPerStore = 6;

    private readonly DataFolder folder;
    private readonly DataFolderLock holding;
    private readonly Blueprint blueprint;
    private readonly SqliteFiles files;
    private readonly FileThreads writers;
    private readonly FileThreads readers;
    private readonly TimeProvider time;
    private readonly ILogger logger;

    /// <exception cref="ValidationException">An option is out of its range.</exception>
    /// <exception cref="DataFolderInUseException">Another process holds the data folder.</exception>
    public SqliteStores(SqliteOptions options, TimeProvider time, ILoggerFactory loggers)
        : this(options, time, loggers, Migrations.Embedded, Libc.MaxOpenFiles())
    {
    }

    internal SqliteStores(SqliteOptions options, TimeProvider time, ILoggerFactory loggers, Migrations migrations, long? maxOpenFiles)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        logger = loggers.CreateLogger<SqliteStores>();
        this.time = time;
        folder = new(options.DataPath);
        holding = DataFolderLock.Take(folder, time);
        blueprint = new(migrations);
        writers = new("syntha writer", options.WriterThreads);
        readers = new("syntha reader", options.ReaderThreads);

        MaxOpenStores = Fit(options.MaxOpenStores, maxOpenFiles);
        var connections = new SqliteConnections(folder, migrations, options.MaxStoreBytes, logger);
        files = new(
            (user, predecessors) => new(user, connections, predecessors, file => files!.Closed(file), logger),
            file => readers.RunAsync(() => { file.Dispose(); return true; }),
            MaxOpenStores, options, time, logger);
        StorageLog.FolderHeld(logger, folder.Path, MaxOpenStores);
    }

    /// <summary>How many stores may be open at once: as configured, or as many as the process's limit of descriptors allows.</summary>
    public int MaxOpenStores { get; }

    /// <summary>How many stores hold a place among the open ones now.</summary>
    public int OpenStores => files.Open;

    public async ValueTask<IUserStore?> FindAsync(UserId user, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = await readers.RunAsync(() => Translated(user, () => folder.Contains(StoreName.Of(user)))).ConfigureAwait(false);
        return found ? StoreOf(user) : null;
    }

    public async ValueTask<IUserStore> OpenAsync(UserId user, CancellationToken cancellationToken)
    {
        // The lease's turn to write lets only one caller make the file.
        using var lease = await files.LeaseAsync(user, cancellationToken).ConfigureAwait(false);
        await lease.File.Writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await writers.RunAsync(() => Translated(user, () => EnsureExists(user))).ConfigureAwait(false);
        }
        finally
        {
            lease.File.Writing.Release();
        }
        return StoreOf(user);
    }

    public async ValueTask DisposeAsync()
    {
        await files.DisposeAsync().ConfigureAwait(false);
        writers.Dispose();
        readers.Dispose();
        holding.Dispose();
    }

    private SqliteUserStore StoreOf(UserId user) => new(user, files, writers, readers, time, logger);

    private bool EnsureExists(UserId user)
    {
        var name = StoreName.Of(user);
        if (folder.Contains(name))
            return false;
        folder.Create(name, blueprint.Draw(user));
        StorageLog.Created(logger, user);
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
            return configured;
        var fitting = (int)Math.Clamp((limit - ReservedDescriptors) / DescriptorsPerStore, 1, configured);
        if (fitting < configured)
            StorageLog.OpenStoresLowered(logger, fitting, configured, limit);
        return fitting;
    }
}
