using Syntha.Storage.Audit;
using Syntha.Storage.Ground;
using Syntha.Storage.Postgres.Connections;

namespace Syntha.Storage.Postgres.Server;

/// <summary>The audit trail as tables in the schema <c>syntha</c>, for all nodes. Thread-safe.</summary>
internal sealed class PostgresAudit(PostgresConnections connections, Func<CancellationToken, Task> started) : IAuditDatabase
{
    private const string Begin = $"BEGIN; SET LOCAL search_path TO {PostgresAuditSession.Path};";

    private const string Commit = "COMMIT;";

    // All heads and marks, in the order of their primary keys.
    private const string SelectBehind =
        """
        SELECT heads.user_id FROM heads LEFT JOIN audit_marks USING (user_id)
        WHERE heads.user_id > @after
          AND (audit_marks.user_id IS NULL OR audit_marks.epoch <> heads.epoch OR audit_marks.revision <> heads.revision)
        ORDER BY heads.user_id LIMIT @count;
        """;

    public async Task<T> TransactAsync<T>(StorePhase phase, Func<IAuditSession, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await started(cancellationToken);
            await using var session = await connections.RentAsync(null, cancellationToken);
            await session.RunAsync(Begin, null, cancellationToken);
            var result = await work(new PostgresAuditSession(session, cancellationToken));
            await session.RunAsync(Commit, null, cancellationToken);
            return result;
        }
        catch (Exception exception) when (PostgresErrors.Translate(exception, phase) is { } failure)
        {
            throw failure;
        }
    }

    public async Task<IReadOnlyList<UserId>> ListBehindAsync(string after, int count, CancellationToken cancellationToken) =>
        await TransactAsync(
            StorePhase.Reading,
            async session => (await session.AllAsync<string>(SelectBehind, new { after, count })).ConvertAll(UserId.Trusted),
            cancellationToken);

    // The heads and marks tell it.
    public Task CompleteAsync() => Task.CompletedTask;
}
