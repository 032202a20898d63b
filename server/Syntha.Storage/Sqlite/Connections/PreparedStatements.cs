using Microsoft.Data.Sqlite;

namespace Syntha.Storage.Sqlite.Connections;

/// <summary>
/// Statements of the driver that stay prepared as long as their connection is open. Dapper prepares a statement at each call, which takes
/// longer than a small one. The statements of a commit go a shorter way, by <see cref="BoundStatement"/>. Not thread-safe.
/// </summary>
internal sealed class PreparedStatements(SqliteConnection connection) : IDisposable
{
    // SQLite keeps a copy of the values that were bound last. A statement with more bytes than this is not kept.
    private const int MaxKeptBytes = 64 * 1024;

    // The texts are constants, so the reference tells them apart without hashing them.
    private readonly Dictionary<string, SqliteCommand> commands = new(ReferenceEqualityComparer.Instance);

    public SqliteConnection Connection => connection;

    /// <returns>The number of rows that the statement touched.</returns>
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

    /// <param name="sql">The query.</param>
    /// <param name="read">Reads its rows, all or some.</param>
    /// <param name="parameters">Its parameters. At each call in the same order.</param>
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
            Rebind(command, parameters);
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

    // Binds by position. Without the check, a caller that lists the parameters in another order would put values into the wrong columns.
    // The names are constants, so the check mostly compares references.
    private static void Rebind(SqliteCommand command, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        if (command.Parameters.Count != parameters.Length)
        {
            throw new ArgumentException(
                $"The statement has {command.Parameters.Count} parameters, and {parameters.Length} were given.", nameof(parameters));
        }

        for (var index = 0; index < parameters.Length; index++)
        {
            var (name, value) = parameters[index];
            var parameter = command.Parameters[index];
            if (parameter.ParameterName != name)
            {
                throw new ArgumentException(
                    $"Parameter {index} of the statement is {parameter.ParameterName}, and {name} was given.", nameof(parameters));
            }

            parameter.Value = value;
        }
    }

    // The values belong to the caller, and their buffers to the pool, so they are not kept.
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
