using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Outcomes;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.AllUsers;

/// <summary>Copies a plain file into a new one, encrypted.</summary>
internal static class EncryptedCopy
{
    private const string SelectTables =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name;";

    private const string SelectColumns = "SELECT name FROM pragma_table_info(@table) ORDER BY cid;";

    // Numbers of outcomes are never used twice.
    private const string CopyNumbers =
        "DELETE FROM sqlite_sequence; INSERT INTO sqlite_sequence SELECT name, seq FROM source.sqlite_sequence;";

    /// <param name="stage">The new file. It has the schema, and is not in use yet.</param>
    /// <param name="source">The plain file. It is closed, and of the same version.</param>
    /// <param name="keys">The keys of the new file.</param>
    public static void Fill(string stage, string source, DataKeys keys)
    {
        using var cipher = new StoreCipher(keys);
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = stage, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ConnectionString);
        connection.Open();
        connection.CreateFunction("seal", (long place, string subject, string value, string? metadata) =>
        {
            var stored = new byte[StoreCipher.SizeOf(value, metadata)];
            cipher.Seal(stored, place, subject, value, metadata);
            return stored;
        });
        connection.CreateFunction("seal_text", (string column, long time, string agent, string taskType, string? text) =>
            new OutcomeTexts(cipher, time, agent, taskType).Write(column, text));
        connection.CreateFunction("seal_hash", (byte[] hash, byte[] request) => RequestHash.Renewed(hash, request, null, cipher));
        connection.CreateFunction("seal_hash_text", (string? hash, string? request) => RequestHash.Renewed(hash, request, null, cipher));
        Sql.Run(connection, SqliteStagedStore.Settings);
        Sql.Run(connection, "ATTACH @source AS source;", new { source });
        Sql.Run(connection, Sql.Begin);
        foreach (var table in Sql.All<string>(connection, SelectTables).ToList())
        {
            Copy(connection, table, keys);
        }

        Sql.Run(connection, CopyNumbers);
        Sql.Run(connection, Sql.Commit);
        Sql.Run(connection, "DETACH source;");
    }

    // The names are those of the new file's own schema.
    private static void Copy(SqliteConnection connection, string table, DataKeys keys)
    {
        var columns = Sql.All<string>(connection, SelectColumns, new { table }).ToList();
        Sql.Run(connection, $"DELETE FROM main.{table};");
        var cells = string.Join(", ", columns.Select(column => Cell(table, column)));
        Sql.Run(
            connection,
            $"INSERT INTO main.{table} ({string.Join(", ", columns)}) SELECT {cells} FROM source.{table};",
            new { keys = keys.Text });
    }

    /// <summary>
    /// The expression for a cell of the new file. Every column is named here, so a new column is never copied in plain by mistake.
    /// </summary>
    /// <exception cref="NotSupportedException">The column is not named here.</exception>
    internal static string Cell(string table, string column) => (table, column) switch
    {
        ("head", "data_keys") => "@keys",
        ("changes", "value") =>
            "CASE WHEN kind IN (1, 2) AND value IS NOT NULL THEN seal(place, subject, CAST(value AS TEXT), metadata) ELSE value END",
        ("changes", "metadata") => "NULL",
        ("changes", "request_hash") => "CASE WHEN request_id IS NOT NULL THEN seal_hash(request_hash, request_id) END",
        ("outcomes", "request_hash") => "seal_hash_text(request_hash, request_id)",
        ("outcomes", "input" or "output" or "error" or "metadata") => $"seal_text('{column}', time, agent, task_type, {column})",
        ("head", "only" or "user_id" or "epoch" or "revision" or "oldest_revision" or "log_changes" or "log_bytes" or "former_epoch" or
            "former_revision" or "overwrite_due") => column,
        ("changes", "place" or "kind" or "time" or "subject" or "actor" or "replaces" or "author" or "topics" or "subscribers" or
            "expires_at" or "before_author" or "before_topics" or "before_subscribers" or "request_id" or "request_caller" or
            "request_method" or "answer" or "origin_method" or "origin_credential" or "origin_bytes") => column,
        ("live", "place") => column,
        ("agents" or "claims", "name" or "record") => column,
        ("outcomes", "number" or "time" or "agent" or "task_type" or "success" or "duration" or "request_id") => column,
        ("audit_secret", "only" or "secret") => column,
        _ => throw new NotSupportedException($"Nothing says whether the column {table}.{column} is to be encrypted."),
    };
}
