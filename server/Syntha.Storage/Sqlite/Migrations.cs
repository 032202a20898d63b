using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Syntha.Storage.Sqlite;

/// <summary>
/// The schema's steps, embedded as .sql files whose names begin with the number to which they lead. A file keeps its number in
/// <c>user_version</c>. Steps that were released are never edited; new ones follow.
/// </summary>
internal sealed class Migrations(IReadOnlyList<string> steps)
{
    public static Migrations Embedded { get; } = new(ReadEmbedded());

    public int Latest => steps.Count;

    /// <summary>Brings a store up to date in one transaction; killed at any point, it is at the old version or at the new one.</summary>
    /// <returns>The version that was found.</returns>
    /// <exception cref="MeshException">STORE_CORRUPT: made by a newer server, or no store at all.</exception>
    public int Apply(SqliteConnection connection)
    {
        var found = Sql.One<int>(connection, "PRAGMA user_version;");
        if (found > Latest)
        {
            throw SqliteErrors.Corrupt(
                new NotSupportedException($"The store has version {found}; this server knows versions up to {Latest}."),
                "The user's store was written by a newer version of the server; this version cannot open it.");
        }
        if (found == 0)
            throw SqliteErrors.Corrupt(new FormatException("The file has no schema: it is not a store."));
        if (found < Latest)
            ApplyFrom(connection, found);
        return found;
    }

    /// <summary>Makes the schema in an empty database.</summary>
    public void Create(SqliteConnection connection) => ApplyFrom(connection, 0);

    private void ApplyFrom(SqliteConnection connection, int version)
    {
        Sql.Run(connection, CommitStatements.Begin);
        try
        {
            foreach (var step in steps.Skip(version))
                Sql.Run(connection, step);
            // A pragma takes no parameters; the number is ours.
            Sql.Run(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Latest};"));
            Sql.Run(connection, CommitStatements.Commit);
        }
        catch
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
                Sql.Run(connection, CommitStatements.Rollback);
            throw;
        }
    }

    private static string[] ReadEmbedded()
    {
        var assembly = typeof(Migrations).Assembly;
        var names = assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        return [.. names.Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        })];
    }
}
