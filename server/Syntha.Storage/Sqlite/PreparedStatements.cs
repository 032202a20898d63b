using Microsoft.Data.Sqlite;

namespace Syntha.Storage.Sqlite;

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

    /// <returns>How many rows the statement touched.</returns>
    public int Run(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        if (!commands.TryGetValue(sql, out var command))
            commands.Add(sql, command = Create(sql, parameters));
        var bytes = 0;
        for (var index = 0; index < parameters.Length; index++)
        {
            var value = parameters[index].Value;
            bytes += value is ReadOnlyMemory<byte> memory ? memory.Length : 0;
            command.Parameters[index].Value = value;
        }
        try
        {
            return command.ExecuteNonQuery();
        }
        finally
        {
            Release(sql, command, bytes);
        }
    }

    public void Dispose()
    {
        foreach (var command in commands.Values)
            command.Dispose();
        commands.Clear();
    }

    private SqliteCommand Create(string sql, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = Sql.TimeoutSeconds;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }

    // What was bound belongs to the caller, and its buffers to the pool.
    private void Release(string sql, SqliteCommand command, int bytes)
    {
        if (bytes > MaxKeptBytes)
        {
            commands.Remove(sql);
            command.Dispose();
            return;
        }
        foreach (SqliteParameter parameter in command.Parameters)
            parameter.Value = DBNull.Value;
    }
}
