using System.Data.Common;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;

namespace Syntha.Storage.Postgres.OneUser;

/// <summary>A schema's log as the audit trail reads it.</summary>
internal sealed class PostgresCommitLog(PostgresUserStore store) : ICommitLog
{
    public async ValueTask<CommitPage> ReadAsync(Position? mark, int maxChanges, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (head, former) = await store.ReadLivesAsync(cancellationToken);
            var after = CommitReader.After(mark, head, former);
            // The store was made anew in between, or its log was cut. The place to begin has to be found again.
            if (await store.ReadCommitsAsync(head, after, maxChanges, cancellationToken) is { } page)
            {
                return page;
            }
        }
    }

    /// <summary>Reads the result of <see cref="ReadStatements.SelectLives"/>.</summary>
    /// <exception cref="MeshException">EPOCH_CHANGED: there is no head.</exception>
    public static async Task<(StoreHead Head, Position? Former)> ReadLivesAsync(DbDataReader rows, CancellationToken cancellationToken)
    {
        if (!await rows.ReadAsync(cancellationToken))
        {
            throw StoreErrors.Gone();
        }

        var head = new StoreHead(new(rows.GetString(0), rows.GetInt64(1)), rows.GetInt64(2));
        return (head, await rows.IsDBNullAsync(3, cancellationToken)
            ? (Position?)null
            : new Position(rows.GetString(3), rows.GetInt64(4)));
    }

    /// <summary>Reads the results of <see cref="ReadStatements.CommitsAfter"/>.</summary>
    public static async Task<CommitPage> ReadPageAsync(DbDataReader rows, StoreHead head, long after, CancellationToken cancellationToken)
    {
        if (!await rows.ReadAsync(cancellationToken))
        {
            throw new FormatException("The secret is gone.");
        }

        var secret = rows.GetGuid(0).ToByteArray(bigEndian: true);
        await rows.NextResultAsync(cancellationToken);
        using var commits = new CommitReader(rows, secret);
        while (await rows.ReadAsync(cancellationToken))
        {
            commits.Add();
        }

        return commits.Complete(head, after);
    }
}
