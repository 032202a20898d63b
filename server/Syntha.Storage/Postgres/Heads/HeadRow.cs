using System.Data.Common;
using Syntha.Storage.Log;

namespace Syntha.Storage.Postgres.Heads;

/// <summary>A user's row of the table of heads.</summary>
internal sealed record HeadRow(Position Position, LogExtent Log, int Step)
{
    public const string Columns = "epoch, revision, oldest_revision, log_changes, log_bytes, user_step";

    /// <summary>Sets a new epoch, and keeps the former one. A version 4 UUID ends with 62 random bits.</summary>
    public const string NewEpoch =
        "former_epoch = epoch, former_revision = revision, epoch = right(replace(gen_random_uuid()::text, '-', ''), 16)";

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
