using System.Data.Common;
using Syntha.Storage.Log;

namespace Syntha.Storage.Postgres.Heads;

/// <summary>A user's row of the table of heads.</summary>
internal sealed record HeadRow(Position Position, LogExtent Log, int Step)
{
    public const string Columns = "epoch, revision, oldest_revision, log_changes, log_bytes, user_step";

    public StoreHead Head => new(Position, Log.OldestRevision);

    /// <summary>Null: the user has none.</summary>
    public static async ValueTask<HeadRow?> ReadAsync(DbDataReader rows, CancellationToken cancellationToken) =>
        await rows.ReadAsync(cancellationToken)
            ? new(
                new(rows.GetString(0), rows.GetInt64(1)),
                new(rows.GetInt64(2), new(rows.GetInt64(3), rows.GetInt64(4))),
                rows.GetInt32(5))
            : null;
}
