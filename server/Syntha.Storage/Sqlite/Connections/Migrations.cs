using System.Globalization;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Sqlite.Connections;

/// <summary>The steps of a schema. A file keeps the number of its last step in <c>user_version</c>.</summary>
internal sealed class Migrations(IReadOnlyList<string> steps)
{
    public static Migrations Embedded { get; } = new(SchemaSteps.Read("sqlite"));

    public int Latest => steps.Count;

    /// <summary>The version of a store. It changes nothing, so a file that is no store stays as it is.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT: a newer server made the file, or it is no store.</exception>
    public int Check(SqliteConnection connection)
    {
        var found = Sql.One<int>(connection, "PRAGMA user_version;");
        if (found > Latest)
        {
            throw StoreErrors.Corrupt(
                new NotSupportedException($"The store has version {found}; this server knows versions up to {Latest}."),
                "The user's store was written by a newer version of the server; this version cannot open it.");
        }
        return found > 0 ? found : throw StoreErrors.Corrupt(new FormatException("The file has no schema: it is not a store."));
    }

    /// <summary>Migrates a store in one transaction. If it is killed at any point, the store has the old version or the new one.</summary>
    public void Apply(SqliteConnection connection, int version)
    {
        if (version < Latest)
        {
            ApplyFrom(connection, version);
        }
    }

    /// <summary>Makes the schema in an empty database.</summary>
    public void Create(SqliteConnection connection) => ApplyFrom(connection, 0);

    private void ApplyFrom(SqliteConnection connection, int version)
    {
        Sql.Run(connection, Sql.Begin);
        try
        {
            foreach (var step in steps.Skip(version))
            {
                Sql.Run(connection, step);
            }
            // A pragma takes no parameters. The number is the server's own.
            Sql.Run(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Latest};"));
            Sql.Run(connection, Sql.Commit);
        }
        catch
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
            {
                Sql.Run(connection, Sql.Rollback);
            }

            throw;
        }
    }
}
