using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Files;
using Syntha.Storage.Sqlite.Rows;

namespace Syntha.Storage.Sqlite.OneUser;

/// <summary>
/// Users is one user's store: reading, writing and loading it; it uses Rows, Files, Connections and the shared rooms. The store is a file.
/// It holds nothing open; each operation leases the file. Thread-safe.
/// </summary>
internal sealed class SqliteUserStore(
    UserId user, SqliteFiles files, FileThreads writers, FileThreads readers, TimeProvider time, ILogger logger) : IUserStore
{
    // So many turns a user has in a row. Then those who wait for a thread come first.
    private const int MaxTurns = 8;

    public IOutcomeStore Outcomes => new SqliteOutcomes(this, time);

    public IStoreHistory History => new SqliteHistory(this);

    public ICommitLog Commits =>
        new SqliteCommitLog((read, cancellationToken) => ReadBesideAsync((connection, _) => read(connection), cancellationToken));

    public async ValueTask<StoredMesh> LoadAsync(CancellationToken cancellationToken)
    {
        using var lease = await files.LeaseAsync(user, cancellationToken);
        var file = lease.File;
        await file.Writing.WaitAsync(cancellationToken);
        try
        {
            return await readers.RunAsync(() => Read(
                file, file.OpenWriter, file.DiscardWriter, (writer, keys) => MeshLoader.Load(writer.Connection, keys)));
        }
        finally
        {
            file.Writing.Release();
        }
    }

    public Task WriteAsync(Func<IStoreTransaction, ValueTask> work, CancellationToken cancellationToken) =>
        WriteAsync(static () => [], work, static () => false, cancellationToken);

    // The file is in the process, so nothing is gained by asking for the requests ahead.
    public async Task WriteAsync(
        Func<IReadOnlyCollection<Guid>> expectedRequests, Func<IStoreTransaction, ValueTask> work, Func<bool> hasMore,
        CancellationToken cancellationToken)
    {
        using var lease = await files.LeaseAsync(user, cancellationToken);
        var file = lease.File;
        await file.Writing.WaitAsync(cancellationToken);
        try
        {
            await writers.RunToEndAsync(() => WriteTurnsAsync(file, work, hasMore));
        }
        finally
        {
            file.Writing.Release();
        }
    }

    public ValueTask<ImmutableArray<Change>> ReadChangesAsync(
        long afterRevision, int maxChanges, long maxBytes, CancellationToken cancellationToken) =>
        ReadAsync((reader, keys) => LogPage.Read(reader.Statements, keys, afterRevision, maxChanges, maxBytes), cancellationToken);

    public async ValueTask<StoreHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadBesideAsync(
                (connection, _) => Sql.One<Head>(connection, Head.Select) is { } head
                    ? new StoreHead(head.Position, head.OldestRevision)
                    : throw new FormatException("The head is gone."),
                cancellationToken);
        }
        catch (MeshException gone) when (gone.Reason == ErrorReason.EpochChanged)
        {
            return StoreHead.Empty;
        }
    }

    public Task RenewEpochAsync(Position known, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No other node writes to a user's file.");

    // No other process writes to a folder that this process holds.
    public IDisposable Watch(Action moved) => NoWatch.Instance;

    /// <summary>Reads beside the writer, so a reader never waits for a commit.</summary>
    /// <exception cref="MeshException">HISTORY_COMPACTED, STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    public ValueTask<T> ReadBesideAsync<T>(Func<SqliteConnection, StoreKeys, T> read, CancellationToken cancellationToken) =>
        ReadAsync((reader, keys) => read(reader.Connection, keys), cancellationToken);

    /// <summary>As <see cref="ReadBesideAsync"/>, by statements that stay prepared.</summary>
    /// <exception cref="MeshException">As there.</exception>
    public ValueTask<T> ReadPreparedAsync<T>(Func<PreparedStatements, StoreKeys, T> read, CancellationToken cancellationToken) =>
        ReadAsync((reader, keys) => read(reader.Statements, keys), cancellationToken);

    private async ValueTask<T> ReadAsync<T>(Func<SqliteReader, StoreKeys, T> read, CancellationToken cancellationToken)
    {
        using var lease = await files.LeaseAsync(user, cancellationToken);
        var file = lease.File;
        await file.Reading.WaitAsync(cancellationToken);
        try
        {
            return await readers.RunAsync(() => Read(file, file.OpenReader, file.DiscardReader, read));
        }
        finally
        {
            file.Reading.Release();
        }
    }

    /// <summary>Writes data beside the mesh, in a transaction of its own, between the mesh's transactions.</summary>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    public async ValueTask<T> WriteBesideAsync<T>(Func<SqliteConnection, StoreCipher?, T> write, CancellationToken cancellationToken)
    {
        using var lease = await files.LeaseAsync(user, cancellationToken);
        var file = lease.File;
        await file.Writing.WaitAsync(cancellationToken);
        try
        {
            return await writers.RunAsync(() => Transact(file, write));
        }
        finally
        {
            file.Writing.Release();
        }
    }

    /// <summary>Changes the user's data keys. Later reads and writes use the new keys.</summary>
    /// <exception cref="MeshException">As <see cref="WriteBesideAsync"/>.</exception>
    public async Task<DataKeys> ChangeKeysAsync(Func<DataKeys, DataKeys> change, CancellationToken cancellationToken)
    {
        using var lease = await files.LeaseAsync(user, cancellationToken);
        var file = lease.File;
        await file.Writing.WaitAsync(cancellationToken);
        try
        {
            return await writers.RunAsync(() =>
            {
                var changed = Transact(file, (connection, _) =>
                {
                    var former = DataKeyColumn.Read(connection, file.Keys)
                        ?? throw new InvalidOperationException("The store is not encrypted.");
                    var keys = change(former);
                    DataKeyColumn.Write(connection, keys);
                    return keys;
                });
                // The open writer knows the old keys. A reader reads the keys each time.
                file.DiscardWriter();
                return changed;
            });
        }
        finally
        {
            file.Writing.Release();
        }
    }

    private async ValueTask WriteTurnsAsync(SqliteFile file, Func<IStoreTransaction, ValueTask> work, Func<bool> hasMore)
    {
        var turns = 0;
        do
        {
            await work(Begin(file));
        }
        while (++turns < MaxTurns && hasMore());
    }

    private T Transact<T>(SqliteFile file, Func<SqliteConnection, StoreCipher?, T> write)
    {
        var phase = StorePhase.Opening;
        try
        {
            var writer = file.OpenWriter();
            if (writer.IsReadOnly)
            {
                throw StoreErrors.ReadOnly(null);
            }

            phase = StorePhase.Writing;
            Sql.Run(writer.Connection, Sql.Begin);
            var result = write(writer.Connection, writer.Cipher);
            phase = StorePhase.Committing;
            Sql.Run(writer.Connection, Sql.Commit);
            return result;
        }
        catch (Exception exception)
        {
            // After any exception, no transaction may stay open. Closing the connection rolls it back.
            var failure = SqliteErrors.Translate(exception, phase) ?? StoreErrors.Down(exception, phase);
            StorageLog.Failed(logger, failure, user);
            file.DiscardWriter();
            throw failure;
        }
    }

    private SqliteStoreTransaction Begin(SqliteFile file)
    {
        try
        {
            return new(file, file.OpenWriter(), time.GetUtcNow(), logger);
        }
        catch (Exception exception) when (SqliteErrors.Translate(exception, StorePhase.Opening) is { } failure)
        {
            StorageLog.Failed(logger, failure, user);
            throw failure;
        }
    }

    private T Read<TConnection, T>(SqliteFile file, Func<TConnection> open, Action discard, Func<TConnection, StoreKeys, T> read)
    {
        var phase = StorePhase.Opening;
        try
        {
            var connection = open();
            phase = StorePhase.Reading;
            return read(connection, file.Keys);
        }
        catch (MeshException refusal) when (
            phase == StorePhase.Reading && refusal.Reason is ErrorReason.HistoryCompacted or ErrorReason.EpochChanged)
        {
            throw;
        }
        catch (Exception exception) when (SqliteErrors.Translate(exception, phase) is { } failure)
        {
            StorageLog.Failed(logger, failure, file.User);
            discard();
            throw failure;
        }
    }

    private sealed class NoWatch : IDisposable
    {
        public static NoWatch Instance { get; } = new();

        public void Dispose()
        {
        }
    }
}
