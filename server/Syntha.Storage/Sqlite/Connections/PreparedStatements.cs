using Microsoft.Data.Sqlite;

namespace Syntha.Storage.Sqlite.Connections;

/// <summary>
/// Statements that stay prepared as long as their connection is open. Everything else goes through Dapper, which prepares anew at each call;
/// for the statements of a commit that took as long as all the rest of a small group (38 µs for the insert alone). Not thread-safe.
/// </summary>
internal sealed class PreparedStatements(SqliteConnection connection) : IDisposable
{
    // SQLite keeps a copy of what was bound last. Above this many bytes the statement is given up for it.
    private const int MaxKeptBytes = 64 * 1024;

    // The texts are constants, so that the reference tells them apart without hashing them.
    private readonly Dictionary<string, SqliteCommand> commands = new(ReferenceEqualityComparer.Instance);

    public SqliteConnection Connection => connection;

    /// <returns>How many rows the statement touched.</returns>
    public int Run(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = Bind(sql, parameters);
        try
        {
            return command.ExecuteNonQuery();
        }
        finally
        {
            Release(sql, command);
        }
    }

    /// <param name="sql">A query.</param>
    /// <param name="read">Reads its rows, as far as it likes.</param>
    /// <param name="parameters">Its parameters.</param>
    public T Read<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = Bind(sql, parameters);
        try
        {
            using var rows = command.ExecuteReader();
            return read(rows);
        }
        finally
        {
            Release(sql, command);
        }
    }

    public void Dispose()
    {
        foreach (var command in commands.Values)
        {
            command.Dispose();
        }

        commands.Clear();
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        if (commands.TryGetValue(sql, out var command))
        {
            for (var index = 0; index < parameters.Length; index++)
            {
                command.Parameters[index].Value = parameters[index].Value;
            }

            return command;
        }
        command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = Sql.TimeoutSeconds;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        commands.Add(sql, command);
        return command;
    }

    // What was bound belongs to the caller, and its buffers to the pool.
    private void Release(string sql, SqliteCommand command)
    {
        var bytes = 0;
        foreach (SqliteParameter parameter in command.Parameters)
        {
            bytes += parameter.Value switch { ReadOnlyMemory<byte> memory => memory.Length, string text => text.Length, _ => 0 };
            parameter.Value = DBNull.Value;
        }
        if (bytes > MaxKeptBytes && commands.Remove(sql))
        {
            command.Dispose();
        }
    }
}
