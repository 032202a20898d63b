using Microsoft.Data.Sqlite;

namespace Syntha.Server.Tests.Support;

/// <summary>A user's file, changed behind the server's back.</summary>
internal static class StoreFile
{
    public static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        // Or the views that name a table would keep it from being renamed.
        command.CommandText = $"PRAGMA legacy_alter_table = ON; {sql}";
        command.ExecuteNonQuery();
    }
}
