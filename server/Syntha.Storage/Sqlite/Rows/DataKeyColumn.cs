using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>The column of a user's data keys, in the head of the user's file.</summary>
internal static class DataKeyColumn
{
    // By primary key. It selects all columns: a file that cannot be written stays at its version, which may not have the column.
    private const string SelectHead = "SELECT * FROM head WHERE only = 1;";

    // By primary key.
    private const string SetKeys = "UPDATE head SET data_keys = @keys WHERE only = 1;";

    /// <exception cref="MeshException">
    /// STORE_CORRUPT: the file is encrypted but should not be, or the other way round, or it is encrypted for another user.
    /// </exception>
    public static DataKeys? Read(SqliteConnection connection, StoreKeys keys) => keys.Read(ReadText(connection));

    /// <summary>The cipher for one transaction. It reads the keys in that transaction, so that they fit the rows.</summary>
    public static StoreCipher? Cipher(SqliteConnection connection, StoreKeys keys) =>
        keys.AreUsed ? new(Read(connection, keys)!) : null;

    public static void Write(SqliteConnection connection, DataKeys keys) => Sql.Run(connection, SetKeys, new { keys = keys.Text });

    /// <summary>The column's text. Null: the file is not encrypted.</summary>
    public static string? ReadText(SqliteConnection connection)
    {
        using var head = Sql.Read(connection, SelectHead);
        if (!head.Read())
        {
            throw new FormatException("The head is gone.");
        }

        for (var column = 0; column < head.FieldCount; column++)
        {
            if (head.GetName(column) == "data_keys")
            {
                return head.IsDBNull(column) ? null : head.GetString(column);
            }
        }
        return null;
    }
}
