using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Files;
using Syntha.Storage.Log;
using Syntha.Storage.Records;
using Syntha.Storage.Sqlite;

namespace Syntha.Storage.Audit;

/// <summary>
/// The audit trail in a SQLite file of its own in the data folder, which one process holds. Whatever touches it runs on one thread, one after
/// the other. Thread-safe.
/// </summary>
internal sealed class SqliteAudit(DataFolder folder) : IAuditDatabase
{
    private static readonly Migrations Migrations = new(SchemaSteps.Read("audit"));

    // By primary key. True only while no server runs.
    private const string SelectComplete = "SELECT is_complete FROM audit_state WHERE only = 1;";

    private const string SetComplete = "UPDATE audit_state SET is_complete = @complete WHERE only = 1;";

    private readonly FileThreads thread = new("syntha audit", 1);
    private readonly UserFiles users = new(folder);
    private SqliteConnection? connection;
    private PreparedStatements? statements;
    private bool wasComplete;
    private bool hasStarted;

    public async Task<T> TransactAsync<T>(StorePhase phase, Func<IAuditSession, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var result = default(T)!;
        try
        {
            await thread.RunToEndAsync(async () =>
            {
                try
                {
                    Open();
                    Sql.Run(connection, CommitStatements.Begin);
                    // Nothing in it waits: this is one hop on the thread.
                    result = await work(new Session(connection, statements)).ConfigureAwait(false);
                    Sql.Run(connection, CommitStatements.Commit);
                }
                catch
                {
                    // Whatever state it is in: closing it rolls back, and the next one begins anew.
                    Discard();
                    throw;
                }
            }).ConfigureAwait(false);
            return result;
        }
        catch (Exception exception) when (SqliteErrors.Translate(exception, phase) is { } failure)
        {
            throw failure;
        }
    }

    // The log is in another file.
    public Task<T> TransactAsync<T>(ICommitLog rest, Func<IAuditSession, Task<T>> work, CancellationToken cancellationToken) =>
        TransactAsync(StorePhase.Committing, work, cancellationToken);

    public Task<IReadOnlyList<UserId>> ListBehindAsync(string after, int count, CancellationToken cancellationToken) =>
        // After a clean stop nobody is behind. After another end anybody may be.
        TransactAsync<IReadOnlyList<UserId>>(
            StorePhase.Reading,
            _ => Task.FromResult<IReadOnlyList<UserId>>(wasComplete ? [] : [.. users.List()
                .Where(user => string.CompareOrdinal(user.Value, after) > 0)
                .OrderBy(user => user.Value, StringComparer.Ordinal)
                .Take(count)]),
            cancellationToken);

    // The next start knows by it that nobody is behind.
    public Task CompleteAsync() => TransactAsync(
        StorePhase.Committing, session => session.RunAsync(SetComplete, new { complete = true }), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await thread.RunAsync(() =>
        {
            Discard();
            return true;
        }).ConfigureAwait(false);
        thread.Dispose();
    }

    [MemberNotNull(nameof(connection), nameof(statements))]
    private void Open()
    {
        if (connection is not null && statements is not null)
            return;
        var opened = SqliteConnections.Open(folder.SecureAuditFile());
        try
        {
            if (Sql.One<int>(opened, "PRAGMA user_version;") == 0)
                Migrations.Create(opened);
            else
                Migrations.Apply(opened, Migrations.Check(opened));
            if (!hasStarted)
            {
                wasComplete = Sql.One<bool>(opened, SelectComplete);
                Sql.Run(opened, SetComplete, new { complete = false });
                hasStarted = true;
            }
        }
        catch
        {
            opened.Dispose();
            throw;
        }
        (connection, statements) = (opened, new(opened));
    }

    private void Discard()
    {
        statements?.Dispose();
        connection?.Dispose();
        (statements, connection) = (null, null);
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

        public Task<List<T>> AllAsync<T>(string sql, object? parameters) => Task.FromResult(Sql.All<T>(connection, sql, parameters).ToList());

        public Task InsertAsync(IReadOnlyList<AuditRecord> records)
        {
            foreach (var (chain, sequence, entry, hash) in records)
            {
                statements.Run(
                    Insert,
                    ("@chain", chain), ("@sequence", sequence), ("@time", StoredTime.ToMicroseconds(entry.Time)), ("@outcome", (long)entry.Outcome),
                    ("@user", entry.User), ("@credential", entry.Credential), ("@agent", (object?)entry.Agent ?? DBNull.Value),
                    ("@method", entry.Method), ("@reason", entry.Reason), ("@calls", entry.Calls), ("@bytes", entry.Bytes), ("@keys", entry.Keys),
                    ("@keyHashes", entry.KeyHashes), ("@epoch", entry.Epoch), ("@revision", entry.Revision), ("@hash", hash),
                    ("@commands", CommandBytes.Of(entry.Commands)));
            }
            return Task.CompletedTask;
        }
    }
}
