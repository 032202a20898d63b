using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Sqlite.Users;

/// <summary>
/// One user's file while it has a place among the open ones. Connections are opened by whoever needs them first, on a file thread. The
/// writer belongs to the holder of <see cref="Writing"/>, the reader to the holder of <see cref="Reading"/>: streams that read the log of a
/// user one after the other never make that user's commits wait. Members that block belong on file threads.
/// </summary>
internal sealed class SqliteFile(
    UserId user, StoreKeys keys, UserConnections connections, IReadOnlyList<SqliteFile> predecessors, Action<SqliteFile> closed, ILogger logger)
    : IDisposable
{
    // Taken by a file before those of its predecessors, which are older: so never in a circle.
    private readonly Lock opening = new();
    private IReadOnlyList<SqliteFile> predecessors = predecessors;
    private SqliteWriter? writer;
    private SqliteReader? reader;

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
        // The writer comes first: it migrates the file and carries over what a crash left.
        OpenWriter();
        lock (opening)
        {
            return reader ??= new(connections.OpenReader(User));
        }
    }

    /// <summary>Gives up the writer after a failure; the next one opens it anew. For the holder of <see cref="Writing"/>.</summary>
    public void DiscardWriter()
    {
        lock (opening)
        {
            Close(ref writer);
        }
    }

    /// <summary>Likewise, for the holder of <see cref="Reading"/>.</summary>
    public void DiscardReader()
    {
        lock (opening)
        {
            Close(ref reader);
        }
    }

    /// <summary>Runs work that nobody else may be at the file for, not even to read it.</summary>
    public async Task<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        // In this order; who reads never waits for a turn to write.
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

    /// <summary>Closes what is open; the next one opens it anew. For the holder of both turns.</summary>
    public void Close()
    {
        lock (opening)
        {
            ClosePredecessors();
            // The writer last, so that it is the one that carries the write-ahead file over.
            Close(ref reader);
            Close(ref writer);
        }
    }

    /// <summary>For when nobody holds the file any more. May be called again, from any thread: whoever returns finds it closed.</summary>
    public void Dispose()
    {
        Close();
        closed(this);
        Writing.Dispose();
        Reading.Dispose();
    }

    // The file whose place this one took, and an earlier opening of the same file. Closed here, on a file thread, before anything else is
    // opened: so no bound is ever exceeded, and no file open twice.
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
