using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Ground;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Files;

namespace Syntha.Storage.Sqlite.Server;

/// <summary>
/// Server keeps the server's own records and the audit trail in SQLite files; it uses Connections, Files, Rows and the shared rooms. This
/// type is one such file in the data folder, which one process holds. All work on it runs on one thread, one after the other. The file is
/// made when it is first opened. Thread-safe.
/// </summary>
/// <param name="name">The thread's name.</param>
/// <param name="migrations">The steps of the file's schema.</param>
/// <param name="secureFile">Makes the file if there is none, and returns its path.</param>
/// <param name="opened">Called each time the file is opened, on the thread.</param>
internal sealed class ServerDatabase(
    string name, Migrations migrations, Func<string> secureFile, Action<SqliteConnection>? opened = null) : IAsyncDisposable
{
    private readonly FileThreads thread = new(name, 1);
    private SqliteConnection? connection;
    private PreparedStatements? statements;
    private int isDisposed;

    /// <summary>Runs work on the thread. The work may call <see cref="Open"/>.</summary>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    public async Task<T> RunAsync<T>(StorePhase phase, Func<T> work)
    {
        try
        {
            return await thread.RunAsync(() => RunOrClose(work));
        }
        catch (Exception exception) when (SqliteErrors.Translate(exception, phase) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Runs work in a transaction, and commits it.</summary>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    public Task<T> TransactAsync<T>(StorePhase phase, Func<SqliteConnection, PreparedStatements, T> work) => RunAsync(phase, () =>
    {
        Open();
        Sql.Run(connection, Sql.Begin);
        var result = work(connection, statements);
        Sql.Run(connection, Sql.Commit);
        return result;
    });

    /// <summary>Opens the file. Only for work that runs here.</summary>
    [MemberNotNull(nameof(connection), nameof(statements))]
    public SqliteConnection Open()
    {
        if (connection is not null && statements is not null)
        {
            return connection;
        }

        var made = SqliteConnections.Open(secureFile());
        try
        {
            if (Sql.One<int>(made, "PRAGMA user_version;") == 0)
            {
                migrations.Create(made);
            }
            else
            {
                migrations.Apply(made, migrations.Check(made));
            }

            opened?.Invoke(made);
        }
        catch
        {
            made.Dispose();
            throw;
        }
        (connection, statements) = (made, new(made));
        return made;
    }

    /// <summary>May be called again: the stores own this, and the server's container also disposes what it hands out.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
        {
            return;
        }

        await thread.RunAsync(() =>
        {
            Close();
            return true;
        });
        thread.Dispose();
    }

    private T RunOrClose<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch
        {
            // Closing rolls back an open transaction. The next work opens the file anew.
            Close();
            throw;
        }
    }

    private void Close()
    {
        statements?.Dispose();
        connection?.Dispose();
        (statements, connection) = (null, null);
    }
}
