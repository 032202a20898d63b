using System.Runtime.ExceptionServices;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Audit;
using Syntha.Storage.Ground;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Files;

namespace Syntha.Storage.Sqlite.Server;

/// <summary>The audit trail in a SQLite file of its own. Thread-safe.</summary>
internal sealed class SqliteAudit : IAuditDatabase, IAsyncDisposable
{
    // By primary key. True only while no server runs.
    private const string SelectComplete = "SELECT is_complete FROM audit_state WHERE only = 1;";

    private const string SetComplete = "UPDATE audit_state SET is_complete = @complete WHERE only = 1;";

    private static readonly Comparer<UserId> InOrder =
        Comparer<UserId>.Create(static (one, other) => string.CompareOrdinal(one.Value, other.Value));

    private readonly ServerDatabase database;
    private readonly UserFiles users;

    // What the first page of a listing found. The pages after it read no folder.
    private List<UserId> listed = [];
    private bool wasComplete;
    private bool hasStarted;

    public SqliteAudit(DataFolder folder)
    {
        database = new("syntha audit", new(SchemaSteps.Read("audit")), folder.SecureAuditFile, Opened);
        users = new(folder);
    }

    // The work is written as asynchronous because PostgreSQL shares it. The session of this engine answers at once, so the work has ended
    // when it comes back.
    public async Task<T> TransactAsync<T>(StorePhase phase, Func<IAuditSession, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var ended = await database.TransactAsync(phase, (connection, statements) => Ended(work(new Session(connection, statements))));
        return await ended;
    }

    public Task<IReadOnlyList<UserId>> ListBehindAsync(string after, int count, CancellationToken cancellationToken) =>
        TransactAsync(StorePhase.Reading, _ => Task.FromResult<IReadOnlyList<UserId>>(PageBehind(after, count)), cancellationToken);

    // So the next start knows that no user is behind.
    public Task CompleteAsync() => TransactAsync(
        StorePhase.Committing, session => session.RunAsync(SetComplete, new { complete = true }), CancellationToken.None);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    // After a clean stop no user is behind. After any other end, any user may be.
    private List<UserId> PageBehind(string after, int count)
    {
        if (wasComplete)
        {
            return [];
        }

        if (after.Length == 0)
        {
            listed = users.List(after: null, int.MaxValue);
        }

        var place = listed.BinarySearch(UserId.Trusted(after), InOrder);
        var begin = place < 0 ? ~place : place + 1;
        var page = listed.GetRange(begin, Math.Min(count, listed.Count - begin));
        if (page.Count < count)
        {
            listed = [];
        }

        return page;
    }

    // A failure is thrown here, inside the transaction, so that it is rolled back.
    private static Task<T> Ended<T>(Task<T> work)
    {
        if (work.Exception is { InnerException: { } failure })
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return work.IsCompletedSuccessfully
            ? work
            : throw new InvalidOperationException("Work in the audit trail waits for something else than its session.");
    }

    private void Opened(SqliteConnection connection)
    {
        if (hasStarted)
        {
            return;
        }

        wasComplete = Sql.One<bool>(connection, SelectComplete);
        Sql.Run(connection, SetComplete, new { complete = false });
        hasStarted = true;
    }

    private sealed class Session(SqliteConnection connection, PreparedStatements statements) : IAuditSession
    {
        private const string Insert =
            $"""
            INSERT INTO audit ({AuditRow.Columns})
            VALUES (
              @chain, @sequence, @time, @outcome, @user, @credential, @agent, @method, @reason, @calls, @bytes, @keys, @keyHashes, @epoch,
              @revision, @hash, @commands);
            """;

        public Task<int> RunAsync(string sql, object? parameters) => Task.FromResult(Sql.Run(connection, sql, parameters));

        public Task<T?> OneAsync<T>(string sql, object? parameters) => Task.FromResult(Sql.One<T>(connection, sql, parameters));

        public Task<List<T>> AllAsync<T>(string sql, object? parameters) =>
            Task.FromResult(Sql.All<T>(connection, sql, parameters).ToList());

        public Task InsertAsync(IReadOnlyList<AuditRecord> records)
        {
            foreach (var (chain, sequence, entry, hash) in records)
            {
                statements.Run(
                    Insert,
                    ("@chain", chain), ("@sequence", sequence), ("@time", StoredTime.ToMicroseconds(entry.Time)),
                    ("@outcome", (long)entry.Outcome),
                    ("@user", entry.User), ("@credential", entry.Credential), ("@agent", (object?)entry.Agent ?? DBNull.Value),
                    ("@method", entry.Method), ("@reason", entry.Reason), ("@calls", entry.Calls), ("@bytes", entry.Bytes),
                    ("@keys", entry.Keys),
                    ("@keyHashes", entry.KeyHashes), ("@epoch", entry.Epoch), ("@revision", entry.Revision), ("@hash", hash),
                    ("@commands", CommandBytes.Of(entry.Commands)));
            }
            return Task.CompletedTask;
        }
    }
}
