using Syntha.Storage.Ground;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Records;

namespace Syntha.Storage.Postgres.Server;

/// <summary>
/// Server keeps the server's own records and the audit trail in the schema <c>syntha</c>; it uses Connections and the shared rooms. This
/// type keeps the records, for all nodes. Thread-safe.
/// </summary>
internal sealed class PostgresRecords(PostgresConnections connections, Func<CancellationToken, Task> started) : IServerRecords
{
    // The statements name no schema, because SQLite runs the same ones. Temporary tables come last, so that a statement never meets one.
    private const string Begin = "BEGIN; SET LOCAL search_path TO syntha, pg_temp;";

    private const string Commit = "COMMIT;";

    public bool IsShared => true;

    public async ValueTask<RecordChanges> ReadAsync(long afterRevision, CancellationToken cancellationToken) =>
        await RunAsync(StorePhase.Reading, async session =>
        {
            var parameters = new { after = afterRevision };
            var revision = await session.OneAsync<long>(RecordStatements.SelectRevision, null, cancellationToken);
            if (revision == afterRevision)
            {
                return new RecordChanges(revision, [], [], [], default);
            }

            var keys = await session.AllAsync<ApiKeyRow>(RecordStatements.SelectKeys, parameters, cancellationToken);
            var quotas = await session.AllAsync<QuotaRow>(RecordStatements.SelectQuotas, parameters, cancellationToken);
            var erasures = await session.AllAsync<ErasureRow>(RecordStatements.SelectErasures, parameters, cancellationToken);
            var secret = await session.OneAsync<byte[]>(RecordStatements.SelectErasureSecret, null, cancellationToken);
            return new(
                revision, [.. keys.Select(row => row.ToRecord())], [.. quotas.Select(row => row.ToRecord())],
                [.. erasures.Select(row => row.ToRecord())], secret);
        }, cancellationToken);

    public async ValueTask AddKeyAsync(ApiKeyRecord key, CancellationToken cancellationToken) =>
        await WriteAsync(RecordStatements.InsertKey, revision => RecordStatements.ParametersOf(key, revision), cancellationToken);

    public async ValueTask<bool> RevokeKeyAsync(string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var moment = StoredTime.ToMicroseconds(at);
        return await WriteAsync(RecordStatements.RevokeKey, revision => new { id, at = moment, revision }, cancellationToken) > 0;
    }

    public async ValueTask<int> RevokeAllAsync(UserId user, DateTimeOffset at, CancellationToken cancellationToken) =>
        await RunAsync(StorePhase.Committing, async session =>
        {
            var revision = await session.OneAsync<long>(RecordStatements.NextRevision, null, cancellationToken);
            var secret = await session.OneAsync<byte[]>(RecordStatements.SelectErasureSecret, null, cancellationToken);
            var (userHash, moment) = (ErasureRecord.HashOf(secret, user), StoredTime.ToMicroseconds(at));
            await session.RunAsync(RecordStatements.SetErasure, new { userHash, at = moment, revision }, cancellationToken);
            return await session.RunAsync(
                RecordStatements.RevokeKeys, new { user = user.Value, at = moment, revision }, cancellationToken);
        }, cancellationToken);

    public async ValueTask ChangeQuotaAsync(
        UserId user, Func<QuotaRecord, QuotaRecord> change, CancellationToken cancellationToken) =>
        await RunAsync(StorePhase.Committing, async session =>
        {
            // The new revision is taken first. It locks its row, so that the quota read here is the last one that was committed.
            var revision = await session.OneAsync<long>(RecordStatements.NextRevision, null, cancellationToken);
            var row = await session.OneAsync<QuotaRow>(RecordStatements.SelectQuota, new { user = user.Value }, cancellationToken);
            var quota = change(row?.ToRecord() ?? QuotaRecord.Usual(user));
            return await session.RunAsync(
                RecordStatements.SetQuota, RecordStatements.ParametersOf(quota, revision), cancellationToken);
        }, cancellationToken);

    public async ValueTask<EncryptionMark?> ReadMarkAsync(CancellationToken cancellationToken) =>
        await RunAsync(
            StorePhase.Reading,
            async session => (await session.OneAsync<MarkRow>(RecordStatements.SelectMark, null, cancellationToken))?.ToMark(),
            cancellationToken);

    public async ValueTask SetMarkAsync(EncryptionMark mark, string? former, CancellationToken cancellationToken) =>
        await WriteAsync(
            RecordStatements.SetMark, revision => RecordStatements.ParametersOf(mark, former, revision), cancellationToken);

    public async ValueTask<IReadOnlyList<UserId>> ListUsersAsync(string? after, int count, CancellationToken cancellationToken) =>
        await RunAsync(StorePhase.Reading, async session =>
        {
            var parameters = new { after = after ?? "", count };
            var users = await session.AllAsync<string>(RecordStatements.SelectUsers, parameters, cancellationToken);
            return users.ConvertAll(UserId.Trusted);
        }, cancellationToken);

    private Task<int> WriteAsync(string statement, Func<long, object> parameters, CancellationToken cancellationToken) =>
        RunAsync(StorePhase.Committing, async session =>
        {
            var revision = await session.OneAsync<long>(RecordStatements.NextRevision, null, cancellationToken);
            return await session.RunAsync(statement, parameters(revision), cancellationToken);
        }, cancellationToken);

    private async Task<T> RunAsync<T>(StorePhase phase, Func<PostgresSession, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await started(cancellationToken);
            await using var session = await connections.RentAsync(null, cancellationToken);
            await session.RunAsync(Begin, null, cancellationToken);
            var result = await work(session);
            await session.RunAsync(Commit, null, cancellationToken);
            return result;
        }
        catch (Exception exception) when (PostgresErrors.Translate(exception, phase) is { } failure)
        {
            throw failure;
        }
    }
}
