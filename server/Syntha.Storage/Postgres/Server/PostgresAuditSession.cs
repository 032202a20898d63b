using Syntha.Storage.Audit;
using Syntha.Storage.Ground;
using Syntha.Storage.Postgres.Connections;

namespace Syntha.Storage.Postgres.Server;

/// <summary>
/// A transaction in the audit trail. Its statements name no schema, because SQLite runs the same ones: the search path has to name it.
/// For one caller at a time.
/// </summary>
internal sealed class PostgresAuditSession(PostgresSession session, CancellationToken cancellationToken) : IAuditSession
{
    /// <summary>The schema of the trail's tables. Temporary tables come last, so that a statement never meets one.</summary>
    public const string Path = "syntha, pg_temp";

    private const string Insert =
        $"""
        INSERT INTO audit ({AuditRow.Columns})
        SELECT * FROM unnest(
          @chains, @sequences, @times, @outcomes, @users, @credentials, @agents, @methods, @reasons, @calls, @bytes, @keys, @keyHashes,
          @epochs, @revisions, @hashes, @commands);
        """;

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
