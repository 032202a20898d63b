using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syntha.Storage.Encryption;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Rows;

namespace Syntha.Storage.Sqlite.AllUsers;

/// <summary>
/// Stores makes, imports, encrypts and renews users' stores as wholes; it uses Users and what lies below. This type makes the bytes of a
/// new store's file in memory, with the schema, its user and a new epoch. Written in one piece, the file needs one sync; a file that SQLite
/// fills step by step needs several. And no store ever exists that does not name its user.
/// </summary>
internal sealed class NewStoreFile(Migrations migrations)
{
    // The bytes of a database file that say how it is written and read. 2 stands for a write-ahead log (SQLite file format, 1.3).
    private const int WriteVersion = 18;
    private const int ReadVersion = 19;

    /// <param name="user">The user of the new store.</param>
    /// <param name="keys">Null: the store is not encrypted.</param>
    public byte[] Make(UserId user, DataKeys? keys)
    {
        using var connection = new SqliteConnection("Data Source=:memory:;Pooling=False");
        connection.Open();
        migrations.Create(connection);
        Sql.Run(
            connection,
            "INSERT INTO head (only, user_id, epoch, revision, oldest_revision) VALUES (1, @user, @epoch, 0, 1);",
            new { user = user.Value, epoch = RandomNumberGenerator.GetHexString(16, lowercase: true) });

        if (keys is not null)
        {
            DataKeyColumn.Write(connection, keys);
        }

        var content = Serialize(connection);
        content[WriteVersion] = content[ReadVersion] = 2;
        return content;
    }

    private static byte[] Serialize(SqliteConnection connection)
    {
        var memory = raw.sqlite3_serialize(connection.Handle, "main", out var length, 0);
        if (memory == IntPtr.Zero)
        {
            throw new InvalidOperationException("SQLite had no memory for a new store.");
        }

        try
        {
            var content = new byte[length];
            Marshal.Copy(memory, content, 0, content.Length);
            return content;
        }
        finally
        {
            raw.sqlite3_free(memory);
        }
    }
}
