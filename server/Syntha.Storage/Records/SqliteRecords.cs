using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Files;
using Syntha.Storage.Sqlite;

namespace Syntha.Storage.Records;

/// <summary>
/// The server's records in a SQLite file of their own in the data folder, which one process holds. Whatever touches it runs on one thread,
/// one after the other. The file is made by the first write. Thread-safe.
/// </summary>
internal sealed class SqliteRecords(DataFolder folder) : IServerRecords
{
    private static readonly Migrations Migrations = new(SchemaSteps.Read("records"));

    private readonly FileThreads thread = new("syntha records", 1);
    private readonly UserFiles users = new(folder);
    private SqliteConnection? connection;

    public bool IsShared => false;

    public async ValueTask<RecordChanges> ReadAsync(long afterRevision, CancellationToken cancellationToken) =>
        await RunAsync(StorePhase.Reading, () =>
        {
            if (!folder.HasServerFile)
                return new RecordChanges(0, [], []);
            Open();
            var parameters = new { after = afterRevision };
            return new(
                Sql.One<long>(connection, RecordStatements.SelectRevision),
                [.. Sql.All<KeyRow>(connection, RecordStatements.SelectKeys, parameters).Select(row => row.ToRecord())],
                [.. Sql.All<QuotaRow>(connection, RecordStatements.SelectQuotas, parameters).Select(row => row.ToRecord())]);
        }).ConfigureAwait(false);

    public async ValueTask AddKeyAsync(KeyRecord key, CancellationToken cancellationToken) =>
        await WriteAsync(RecordStatements.InsertKey, revision => RecordStatements.ParametersOf(key, revision)).ConfigureAwait(false);

    public async ValueTask<bool> RevokeKeyAsync(string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var moment = Log.StoredTime.ToMicroseconds(at);
        return await WriteAsync(RecordStatements.RevokeKey, revision => new { id, at = moment, revision }).ConfigureAwait(false) > 0;
    }

    public async ValueTask<int> RevokeKeysAsync(UserId user, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var moment = Log.StoredTime.ToMicroseconds(at);
        return await WriteAsync(RecordStatements.RevokeKeys, revision => new { user = user.Value, at = moment, revision }).ConfigureAwait(false);
    }

    public async ValueTask SetQuotaAsync(QuotaRecord quota, CancellationToken cancellationToken) =>
        await WriteAsync(RecordStatements.SetQuota, revision => RecordStatements.ParametersOf(quota, revision)).ConfigureAwait(false);

    public async ValueTask<EncryptionMark?> ReadMarkAsync(CancellationToken cancellationToken) => await RunAsync(StorePhase.Reading, () =>
    {
        if (!folder.HasServerFile)
            return null;
        Open();
        return Sql.One<MarkRow>(connection, RecordStatements.SelectMark)?.ToMark();
    }).ConfigureAwait(false);

    public async ValueTask SetMarkAsync(EncryptionMark mark, string? former, CancellationToken cancellationToken) =>
        await WriteAsync(RecordStatements.SetMark, revision => RecordStatements.ParametersOf(mark, former, revision)).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<UserId>> ListUsersAsync(string? after, int count, CancellationToken cancellationToken) =>
        await RunAsync(StorePhase.Reading, () => users.List()
            .Where(user => string.CompareOrdinal(user.Value, after) > 0)
            .OrderBy(user => user.Value, StringComparer.Ordinal)
            .Take(count).ToList()).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        await thread.RunAsync(() =>
        {
            Discard();
            return true;
        }).ConfigureAwait(false);
        thread.Dispose();
    }

    private Task<int> WriteAsync(string statement, Func<long, object> parameters) => RunAsync(StorePhase.Committing, () =>
    {
        Open();
        Sql.Run(connection, CommitStatements.Begin);
        var revision = Sql.One<long>(connection, RecordStatements.NextRevision);
        var rows = Sql.Run(connection, statement, parameters(revision));
        Sql.Run(connection, CommitStatements.Commit);
        return rows;
    });

    private async Task<T> RunAsync<T>(StorePhase phase, Func<T> work)
    {
        try
        {
            return await thread.RunAsync(() =>
            {
                try
                {
                    return work();
                }
                catch
                {
                    // Whatever state it is in: the next one begins anew.
                    Discard();
                    throw;
                }
            }).ConfigureAwait(false);
        }
        catch (Exception exception) when (SqliteErrors.Translate(exception, phase) is { } failure)
        {
            throw failure;
        }
    }

    [MemberNotNull(nameof(connection))]
    private void Open()
    {
        if (connection is not null)
            return;
        var opened = SqliteConnections.Open(folder.SecureServerFile());
        try
        {
            if (Sql.One<int>(opened, "PRAGMA user_version;") == 0)
                Migrations.Create(opened);
            else
                Migrations.Apply(opened, Migrations.Check(opened));
        }
        catch
        {
            opened.Dispose();
            throw;
        }
        connection = opened;
    }

    private void Discard()
    {
        connection?.Dispose();
        connection = null;
    }
}
