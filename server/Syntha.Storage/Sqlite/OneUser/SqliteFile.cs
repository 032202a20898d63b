using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Sqlite.OneUser;

/// <summary>
/// One user's file while it is one of the open files. The first caller that needs a connection opens it, on a file thread. The holder of
/// <see cref="Writing"/> uses the writer, and the holder of <see cref="Reading"/> the reader. So streams that read a user's log never make
/// that user's commits wait. Members that block belong on file threads. Locks are taken in this order: <see cref="Writing"/>,
/// <see cref="Reading"/>, then a file's own lock, then the locks of its predecessors.
/// </summary>
internal sealed class SqliteFile(
    UserId user, StoreKeys keys, UserConnections connections, HeldFiles held, IReadOnlyList<SqliteFile> predecessors,
    Action<SqliteFile> closed, ILogger logger)
    : IDisposable
{
    private const long BytesBetweenLooks = 4 << 20;

    // A file takes its own lock before those of its predecessors. Predecessors are older files, so no circle is possible.
    private readonly Lock opening = new();
    private IReadOnlyList<SqliteFile> predecessors = predecessors;
    private SqliteWriter? writer;
    private SqliteReader? reader;
    private long bytesSinceLook;

    public UserId User { get; } = user;

    public StoreKeys Keys { get; } = keys;

    public SemaphoreSlim Writing { get; } = new(1, 1);

    public SemaphoreSlim Reading { get; } = new(1, 1);

    public SqliteWriter OpenWriter()
    {
        lock (opening)
        {
            ClosePredecessors();
            return writer ??= connections.OpenWriter(User, Keys);
        }
    }

    public SqliteReader OpenReader()
    {
        // The writer is opened first: it migrates the file, and copies what a crash left in the write-ahead file.
        OpenWriter();
        lock (opening)
        {
            return reader ??= new(connections.OpenReader(User));
        }
    }

    /// <summary>So many bytes were committed. For the holder of <see cref="Writing"/>.</summary>
    public void Committed(long bytes)
    {
        bytesSinceLook += bytes;
        if (bytesSinceLook >= BytesBetweenLooks)
        {
            bytesSinceLook = 0;
            held.Look(User);
        }
    }

    /// <summary>Closes the writer after a failure. The next caller opens it again. For the holder of <see cref="Writing"/>.</summary>
    public void DiscardWriter()
    {
        lock (opening)
        {
            Close(ref writer);
        }
    }

    /// <summary>The same for the reader, for the holder of <see cref="Reading"/>.</summary>
    public void DiscardReader()
    {
        lock (opening)
        {
            Close(ref reader);
        }
    }

    /// <summary>Runs work while no other caller uses the file, not even to read it.</summary>
    public async Task<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        // In this order. A reader never waits for a writer.
        await Writing.WaitAsync(cancellationToken);
        try
        {
            await Reading.WaitAsync(cancellationToken);
            try
            {
                return await work();
            }
            finally
            {
                Reading.Release();
            }
        }
        finally
        {
            Writing.Release();
        }
    }

    /// <summary>
    /// Closes both connections. The next caller opens them again. For the holder of both <see cref="Writing"/> and <see cref="Reading"/>.
    /// </summary>
    public void Close()
    {
        lock (opening)
        {
            ClosePredecessors();
            // The writer is closed last, so that it copies the write-ahead file into the database.
            Close(ref reader);
            Close(ref writer);
        }
    }

    /// <summary>
    /// For when no caller holds the file any more. May be called again, from any thread: when it returns, the file is closed.
    /// </summary>
    public void Dispose()
    {
        Close();
        held.Forget(User);
        closed(this);
        Writing.Dispose();
        Reading.Dispose();
    }

    // The predecessors are the file that made room for this one, and an earlier opening of the same file. They are closed here, on a file
    // thread, before anything is opened. So the bound is never exceeded, and no file is opened twice.
    private void ClosePredecessors()
    {
        foreach (var predecessor in predecessors)
        {
            predecessor.Dispose();
        }

        predecessors = [];
    }

    private void Close<T>(ref T? connection)
        where T : class, IDisposable
    {
        var closing = connection;
        connection = null;
        try
        {
            closing?.Dispose();
        }
        catch (SqliteException exception)
        {
            StorageLog.CloseFailed(logger, exception, User);
        }
    }
}
