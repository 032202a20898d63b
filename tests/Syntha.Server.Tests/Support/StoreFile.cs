using Microsoft.Data.Sqlite;

namespace Syntha.Server.Tests.Support;

/// <summary>A user's file, changed directly.</summary>
internal static class StoreFile
{
    public static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        // Otherwise the views that name a table would prevent its renaming.
        command.CommandText = $"PRAGMA legacy_alter_table = ON; {sql}";
        command.ExecuteNonQuery();
    }
}
