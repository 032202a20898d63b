using Microsoft.Data.Sqlite;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>A file's log as the audit trail reads it.</summary>
/// <param name="readAsync">Runs a read on a connection.</param>
internal sealed class SqliteCommitLog(
    Func<Func<SqliteConnection, CommitPage>, CancellationToken, ValueTask<CommitPage>> readAsync) : ICommitLog
{
    // By primary key.
    private const string SelectFormer =
        "SELECT former_epoch AS Epoch, former_revision AS Revision FROM head WHERE former_epoch IS NOT NULL;";

    private const string SelectSecret = "SELECT secret FROM audit_secret WHERE only = 1;";

    public ValueTask<CommitPage> ReadAsync(Position? mark, int maxChanges, CancellationToken cancellationToken) =>
        readAsync(connection => Read(connection, mark, maxChanges), cancellationToken);

    private static CommitPage Read(SqliteConnection connection, Position? mark, int maxChanges)
    {
        Sql.Run(connection, Sql.BeginSnapshot);
        try
        {
            var stored = Sql.One<Head>(connection, Head.Select) ?? throw new FormatException("The head is gone.");
            var former = Sql.One<Former>(connection, SelectFormer);
            var secret = Sql.One<byte[]>(connection, SelectSecret) ?? throw new FormatException("The secret is gone.");
            var head = new StoreHead(stored.Position, stored.OldestRevision);
            var after = CommitReader.After(mark, head, former is null ? null : new Position(former.Epoch, former.Revision));
            using var rows = Sql.Read(connection, CommitReader.Select, new { after = StoredPlace.LastOf(after).Value, maxChanges });
            using var commits = new CommitReader(rows, secret);
            while (rows.Read())
            {
                commits.Add();
            }

            return commits.Complete(head, after);
        }
        finally
        {
            Sql.Run(connection, Sql.Commit);
        }
    }

    private sealed record Former(string Epoch, long Revision);
}
