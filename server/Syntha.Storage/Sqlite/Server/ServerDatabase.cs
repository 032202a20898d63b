using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Ground;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Files;

namespace Syntha.Storage.Sqlite.Server;

/// <summary>
/// A database of the server's own in one SQLite file in the data folder, which one process holds. Whatever touches it runs on one thread, one
/// after the other. The file is made when it is first opened. Thread-safe.
/// </summary>
/// <param name="name">Of the thread.</param>
/// <param name="migrations">The schema's steps.</param>
/// <param name="secureFile">Makes the file if there is none, and says where it is.</param>
/// <param name="opened">Told each time it is opened, on the thread.</param>
internal sealed class ServerDatabase(string name, Migrations migrations, Func<string> secureFile, Action<SqliteConnection>? opened = null) : IAsyncDisposable
{
    private readonly FileThreads thread = new(name, 1);
    private SqliteConnection? connection;
    private PreparedStatements? statements;

    /// <summary>Runs work on the thread, where it may call <see cref="Open"/>.</summary>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    public Task<T> RunAsync<T>(StorePhase phase, Func<T> work) => TranslatedAsync(phase, () => new ValueTask<T>(work()));

    /// <summary>Runs work in a transaction, and commits it. Nothing in it may wait: it is one hop on the thread.</summary>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    public Task<T> TransactAsync<T>(StorePhase phase, Func<SqliteConnection, PreparedStatements, Task<T>> work) => TranslatedAsync(phase, async () =>
    {
        Open();
        Sql.Run(connection, Sql.Begin);
        var result = await work(connection, statements);
        Sql.Run(connection, Sql.Commit);
        return result;
    });

    /// <summary>The connection. Only for work that runs here.</summary>
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

    public async ValueTask DisposeAsync()
    {
        await thread.RunAsync(() =>
        {
            Close();
            return true;
        });
        thread.Dispose();
    }

    private async Task<T> TranslatedAsync<T>(StorePhase phase, Func<ValueTask<T>> work)
    {
        try
        {
            var result = default(T)!;
            await thread.RunToEndAsync(async () =>
            {
                try
                {
                    result = await work();
                }
                catch
                {
                    // Whatever state it is in: closing it rolls back, and the next one begins anew.
                    Close();
                    throw;
                }
            });
            return result;
        }
        catch (Exception exception) when (SqliteErrors.Translate(exception, phase) is { } failure)
        {
            throw failure;
        }
    }

    private void Close()
    {
        statements?.Dispose();
        connection?.Dispose();
        (statements, connection) = (null, null);
    }
}
