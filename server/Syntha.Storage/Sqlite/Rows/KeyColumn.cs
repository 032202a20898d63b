using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>A user's data keys in the head of the user's file.</summary>
internal static class KeyColumn
{
    // By primary key. All columns: a file that cannot be written stays at its version, which may not have the one that is looked for.
    private const string SelectHead = "SELECT * FROM head WHERE only = 1;";

    // By primary key.
    private const string SetKeys = "UPDATE head SET data_keys = @keys WHERE only = 1;";

    /// <exception cref="MeshException">STORE_CORRUPT: the file is encrypted where it should not be, or the other way round, or for somebody else.</exception>
    public static DataKeys? Read(SqliteConnection connection, StoreKeys keys) => keys.Read(ReadText(connection));

    /// <summary>For one transaction, in which it reads the keys, so that they fit the rows.</summary>
    public static StoreCipher? Cipher(SqliteConnection connection, StoreKeys keys) =>
        keys.AreUsed ? new(Read(connection, keys)!) : null;

    public static void Write(SqliteConnection connection, DataKeys keys) => Sql.Run(connection, SetKeys, new { keys = keys.Text });

    /// <summary>As it stands; null: the file is not encrypted.</summary>
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
