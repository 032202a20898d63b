using Microsoft.Data.Sqlite;
using Syntha.Storage.Files;

namespace Syntha.Storage.Sqlite;

/// <summary>One user's store in a file of its own. Holds nothing open; each operation leases the file. Thread-safe.</summary>
internal sealed class SqliteUserStore(
    UserId user, SqliteFiles files, FileThreads writers, FileThreads readers, TimeProvider time, ILogger logger) : IUserStore
{
    public async ValueTask<StoredMesh> LoadAsync(CancellationToken cancellationToken)
    {
        using var lease = await files.LeaseAsync(user, cancellationToken).ConfigureAwait(false);
        var file = lease.File;
        await file.Writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await readers.RunAsync(() => Read(file, () => file.OpenWriter().Connection, file.DiscardWriter, MeshLoader.Load)).ConfigureAwait(false);
        }
        finally
        {
            file.Writing.Release();
        }
    }

    public async Task WriteAsync(Func<IStoreTransaction, ValueTask> work, CancellationToken cancellationToken)
    {
        using var lease = await files.LeaseAsync(user, cancellationToken).ConfigureAwait(false);
        var file = lease.File;
        await file.Writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await writers.RunToEndAsync(() => work(Begin(file))).ConfigureAwait(false);
        }
        finally
        {
            file.Writing.Release();
        }
    }

    public async ValueTask<ImmutableArray<Change>> ReadChangesAsync(
        long afterRevision, int maxChanges, long maxBytes, CancellationToken cancellationToken)
    {
        using var lease = await files.LeaseAsync(user, cancellationToken).ConfigureAwait(false);
        var file = lease.File;
        await file.Reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await readers.RunAsync(() => Read(
                file, file.OpenReader, file.DiscardReader,
                connection => LogPage.Read(connection, afterRevision, maxChanges, maxBytes))).ConfigureAwait(false);
        }
        finally
        {
            file.Reading.Release();
        }
    }

    private SqliteTurn Begin(SqliteFile file)
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

    private T Read<T>(SqliteFile file, Func<SqliteConnection> open, Action discard, Func<SqliteConnection, T> read)
    {
        var phase = StorePhase.Opening;
        try
        {
            var connection = open();
            phase = StorePhase.Reading;
            return read(connection);
        }
        catch (MeshException refusal) when (refusal.Reason == ErrorReason.HistoryCompacted)
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
}
