using Syntha.Storage.Log;

namespace Syntha.Storage.Postgres;

/// <summary>A schema's log as the audit trail reads it.</summary>
internal sealed class PostgresCommitLog(PostgresUserStore store) : ICommitLog
{
    public async ValueTask<CommitPage> ReadAsync(Position? mark, int maxChanges, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (head, former) = await store.ReadLivesAsync(cancellationToken).ConfigureAwait(false);
            var after = CommitReader.After(mark, head, former);
            // Another life of the store began in between, or its log was cut: where to begin is to be found anew.
            if (await store.ReadCommitsAsync(head, after, maxChanges, cancellationToken).ConfigureAwait(false) is { } page)
                return page;
        }
    }
}
