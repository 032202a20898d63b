using Syntha.Storage.Audit;
using Syntha.Storage.Ground;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Stores;

namespace Syntha.Storage.Postgres.Server;

/// <summary>The audit trail as tables in the schema <c>syntha</c>, for all nodes. Thread-safe.</summary>
internal sealed class PostgresAudit(PostgresConnections connections, Func<CancellationToken, Task> started) : IAuditDatabase
{
    // The statements name no schema, because they are those of the other engine as well. Temporary tables come last, so that none is met.
    private const string Path = "syntha, pg_temp";

    private const string Begin = $"BEGIN; SET LOCAL search_path TO {Path};";

    private const string Commit = "COMMIT;";

    // All heads and marks, in the order of their primary keys.
    private const string SelectBehind =
        """
        SELECT heads.user_id FROM heads LEFT JOIN audit_marks USING (user_id)
        WHERE heads.user_id > @after
          AND (audit_marks.user_id IS NULL OR audit_marks.epoch <> heads.epoch OR audit_marks.revision <> heads.revision)
        ORDER BY heads.user_id LIMIT @count;
        """;

    private const string Insert =
        $"""
        INSERT INTO audit ({AuditRow.Columns})
        SELECT * FROM unnest(
          @chains, @sequences, @times, @outcomes, @users, @credentials, @agents, @methods, @reasons, @calls, @bytes, @keys, @keyHashes, @epochs,
          @revisions, @hashes, @commands);
        """;

    public async Task<T> TransactAsync<T>(StorePhase phase, Func<IAuditSession, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await started(cancellationToken);
            await using var session = await connections.RentAsync(null, cancellationToken);
            await session.RunAsync(Begin, null, cancellationToken);
            var result = await work(new Session(session, cancellationToken));
            await session.RunAsync(Commit, null, cancellationToken);
            return result;
        }
        catch (Exception exception) when (PostgresErrors.Translate(exception, phase) is { } failure)
        {
            throw failure;
        }
    }

    // Its transaction holds the user's head, and takes mark and chain behind it, in the order in which everybody takes these.
    public async Task<T> TransactAsync<T>(ICommitLog rest, Func<IAuditSession, Task<T>> work, CancellationToken cancellationToken)
    {
        if (rest is not PostgresRest erasing)
        {
            return await TransactAsync(StorePhase.Committing, work, cancellationToken);
        }

        try
        {
            return await erasing.BesideAsync(Path, session => work(new Session(session, cancellationToken)), cancellationToken);
        }
        catch (Exception exception) when (PostgresErrors.Translate(exception, StorePhase.Committing) is { } failure)
        {
            throw failure;
        }
    }

    public async Task<IReadOnlyList<UserId>> ListBehindAsync(string after, int count, CancellationToken cancellationToken) =>
        await TransactAsync(
            StorePhase.Reading,
            async session => (await session.AllAsync<string>(SelectBehind, new { after, count })).ConvertAll(UserId.Trusted),
            cancellationToken);

    // Heads and marks tell.
    public Task CompleteAsync() => Task.CompletedTask;

    // The connections are the stores'.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Session(PostgresSession session, CancellationToken cancellationToken) : IAuditSession
    {
        public Task<int> RunAsync(string sql, object? parameters) => session.RunAsync(sql, parameters, cancellationToken);

        public Task<T?> OneAsync<T>(string sql, object? parameters) => session.OneAsync<T>(sql, parameters, cancellationToken);

        public Task<List<T>> AllAsync<T>(string sql, object? parameters) => session.AllAsync<T>(sql, parameters, cancellationToken);

        public Task InsertAsync(IReadOnlyList<AuditRecord> records) => session.RunAsync(
            Insert,
            new
            {
                chains = Column(records, record => record.Chain),
                sequences = Column(records, record => record.Sequence),
                times = Column(records, record => StoredTime.ToMicroseconds(record.Entry.Time)),
                outcomes = Column(records, record => (short)record.Entry.Outcome),
                users = Column(records, record => record.Entry.User),
                credentials = Column(records, record => record.Entry.Credential),
                agents = Column(records, record => record.Entry.Agent),
                methods = Column(records, record => record.Entry.Method),
                reasons = Column(records, record => record.Entry.Reason),
                calls = Column(records, record => record.Entry.Calls),
                bytes = Column(records, record => record.Entry.Bytes),
                keys = Column(records, record => record.Entry.Keys),
                keyHashes = Column(records, record => record.Entry.KeyHashes),
                epochs = Column(records, record => record.Entry.Epoch),
                revisions = Column(records, record => record.Entry.Revision),
                hashes = Column(records, record => record.Hash),
                commands = Column(records, record => CommandBytes.Of(record.Entry.Commands)),
            },
            cancellationToken);

        private static T[] Column<T>(IReadOnlyList<AuditRecord> records, Func<AuditRecord, T> cell) => [.. records.Select(cell)];
    }
}
