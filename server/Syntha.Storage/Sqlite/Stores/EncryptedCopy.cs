using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Outcomes;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.Stores;

/// <summary>Fills a new file with what a plain one holds, encrypted.</summary>
internal static class EncryptedCopy
{
    private const string SelectTables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name;";

    private const string SelectColumns = "SELECT name FROM pragma_table_info(@table) ORDER BY cid;";

    // Numbers of outcomes are never used twice.
    private const string CopyNumbers = "DELETE FROM sqlite_sequence; INSERT INTO sqlite_sequence SELECT name, seq FROM source.sqlite_sequence;";

    /// <param name="stage">The new file: with its schema, and nobody looks at it.</param>
    /// <param name="source">The plain one, closed and of the same version.</param>
    /// <param name="keys">Those of the new file.</param>
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
        Sql.Run(connection, SqliteStage.Settings);
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

    // The names are those of our own schema: the new file's.
    private static void Copy(SqliteConnection connection, string table, DataKeys keys)
    {
        var columns = Sql.All<string>(connection, SelectColumns, new { table }).ToList();
        Sql.Run(connection, $"DELETE FROM main.{table};");
        Sql.Run(
            connection,
            $"INSERT INTO main.{table} ({string.Join(", ", columns)}) SELECT {string.Join(", ", columns.Select(column => Cell(table, column)))} FROM source.{table};",
            new { keys = keys.Text });
    }

    private static string Cell(string table, string column) => (table, column) switch
    {
        ("head", "data_keys") => "@keys",
        ("changes", "value") => "CASE WHEN kind IN (1, 2) THEN seal(place, subject, CAST(value AS TEXT), metadata) ELSE value END",
        ("changes", "metadata") => "NULL",
        ("changes", "request_hash") => "CASE WHEN request_id IS NOT NULL THEN seal_hash(request_hash, request_id) END",
        ("outcomes", "request_hash") => "seal_hash_text(request_hash, request_id)",
        ("outcomes", "input" or "output" or "error" or "metadata") => $"seal_text('{column}', time, agent, task_type, {column})",
        _ => column,
    };
}
