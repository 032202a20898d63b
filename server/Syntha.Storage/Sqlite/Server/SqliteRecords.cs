using Syntha.Storage.Ground;
using Syntha.Storage.Records;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Files;

namespace Syntha.Storage.Sqlite.Server;

/// <summary>The server's records in a SQLite file. The first write makes the file. Thread-safe.</summary>
internal sealed class SqliteRecords(DataFolder folder) : IServerRecords, IAsyncDisposable
{
    private readonly ServerDatabase database = new("syntha records", new(SchemaSteps.Read("records")), folder.SecureServerFile);
    private readonly UserFiles users = new(folder);

    public bool IsShared => false;

    public async ValueTask<RecordChanges> ReadAsync(long afterRevision, CancellationToken cancellationToken) =>
        await database.RunAsync(StorePhase.Reading, () =>
        {
            if (!folder.HasServerFile)
            {
                return new RecordChanges(0, [], [], [], default);
            }

            var connection = database.Open();
            var parameters = new { after = afterRevision };
            return new(
                Sql.One<long>(connection, RecordStatements.SelectRevision),
                [.. Sql.All<ApiKeyRow>(connection, RecordStatements.SelectKeys, parameters).Select(row => row.ToRecord())],
                [.. Sql.All<QuotaRow>(connection, RecordStatements.SelectQuotas, parameters).Select(row => row.ToRecord())],
                [.. Sql.All<ErasureRow>(connection, RecordStatements.SelectErasures, parameters).Select(row => row.ToRecord())],
                Sql.One<byte[]>(connection, RecordStatements.SelectErasureSecret));
        });

    public async ValueTask AddKeyAsync(ApiKeyRecord key, CancellationToken cancellationToken) =>
        await WriteAsync(RecordStatements.InsertKey, revision => RecordStatements.ParametersOf(key, revision));

    public async ValueTask<bool> RevokeKeyAsync(string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var moment = StoredTime.ToMicroseconds(at);
        return await WriteAsync(RecordStatements.RevokeKey, revision => new { id, at = moment, revision }) > 0;
    }

    public async ValueTask<int> RevokeAllAsync(UserId user, DateTimeOffset at, CancellationToken cancellationToken) =>
        await database.TransactAsync(StorePhase.Committing, (connection, _) =>
        {
            var revision = Sql.One<long>(connection, RecordStatements.NextRevision);
            var userHash = ErasureRecord.HashOf(Sql.One<byte[]>(connection, RecordStatements.SelectErasureSecret), user);
            var moment = StoredTime.ToMicroseconds(at);
            Sql.Run(connection, RecordStatements.SetErasure, new { userHash, at = moment, revision });
            return Sql.Run(connection, RecordStatements.RevokeKeys, new { user = user.Value, at = moment, revision });
        });

    /// <summary>Whether a right still holds. The answer is no older than the call.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    public async ValueTask<bool> HoldsAsync(UserId user, StoreRight right, DateTimeOffset now) =>
        right == StoreRight.Unbound || await database.RunAsync(StorePhase.Reading, () =>
        {
            // Without the file, no key was made and no user erased.
            if (!folder.HasServerFile)
            {
                return right.KeyId is null && right.ExpiresAt > now;
            }

            var connection = database.Open();
            var secret = Sql.One<byte[]>(connection, RecordStatements.SelectErasureSecret)!;
            return Sql.One<bool>(connection, RecordStatements.SelectHolds, RecordStatements.ParametersOf(user, right, secret, now));
        });

    public async ValueTask ChangeQuotaAsync(
        UserId user, Func<QuotaRecord, QuotaRecord> change, CancellationToken cancellationToken) =>
        await database.TransactAsync(StorePhase.Committing, (connection, _) =>
        {
            var revision = Sql.One<long>(connection, RecordStatements.NextRevision);
            var row = Sql.One<QuotaRow>(connection, RecordStatements.SelectQuota, new { user = user.Value });
            var quota = change(row?.ToRecord() ?? QuotaRecord.Usual(user));
            return Sql.Run(connection, RecordStatements.SetQuota, RecordStatements.ParametersOf(quota, revision));
        });

    public async ValueTask<EncryptionMark?> ReadMarkAsync(CancellationToken cancellationToken) =>
        await database.RunAsync(
            StorePhase.Reading,
            () => folder.HasServerFile ? Sql.One<MarkRow>(database.Open(), RecordStatements.SelectMark)?.ToMark() : null);

    public async ValueTask SetMarkAsync(EncryptionMark mark, string? former, CancellationToken cancellationToken) =>
        await WriteAsync(RecordStatements.SetMark, revision => RecordStatements.ParametersOf(mark, former, revision));

    public async ValueTask<IReadOnlyList<UserId>> ListUsersAsync(string? after, int count, CancellationToken cancellationToken) =>
        await database.RunAsync(StorePhase.Reading, () => users.List(after, count));

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private Task<int> WriteAsync(string statement, Func<long, object> parameters) =>
        database.TransactAsync(StorePhase.Committing, (connection, _) =>
        {
            var revision = Sql.One<long>(connection, RecordStatements.NextRevision);
            return Sql.Run(connection, statement, parameters(revision));
        });
}
