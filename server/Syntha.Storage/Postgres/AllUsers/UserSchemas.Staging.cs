using Syntha.Mesh.Moving;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Schema;

namespace Syntha.Storage.Postgres.AllUsers;

/// <content>Fills schemas under a name of their own, in a transaction. At its end the schema takes a user's place.</content>
internal sealed partial class UserSchemas
{
    // Callers take time to send. Meanwhile only this transaction's own schema is locked.
    private const string BeginStage =
        "BEGIN; SELECT set_config('search_path', @path, true), set_config('idle_in_transaction_session_timeout', '0', true);";

    /// <summary>From then on, the session holds the transaction.</summary>
    public async Task<PostgresSession> StageAsync(UserSchema schema, DataKeys? keys, CancellationToken cancellationToken)
    {
        var session = await connections.RentForImportAsync(schema.User, cancellationToken);
        try
        {
            await session.RunAsync(BeginStage, new { path = schema.StagePath }, cancellationToken);
            await session.RunAsync(schema.CreateStage, null, cancellationToken);
            await MakeTablesAsync(session, schema, keys, cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public async Task<Position> PutInPlaceAsync(
        PostgresSession session, UserSchema schema, StoreKeys keys, StoreRight right, long revision, bool mayReplace,
        CancellationToken cancellationToken)
    {
        var former = await LockToDropAsync(session, schema, cancellationToken);
        await DemandAsync(session, schema, right, cancellationToken);
        if (former is not null && !mayReplace)
        {
            throw MeshImport.UserExists();
        }

        if (former is not null)
        {
            await RecordAndDropAsync(session, schema, cancellationToken);
        }

        await session.RunAsync(schema.PutStageInPlace, null, cancellationToken);
        var hasRole = options.RolePerUser || former is { HasRole: true };
        if (hasRole)
        {
            await GiveRoleAsync(session, schema, cancellationToken);
        }

        var position = await CommitHeadAsync(session, schema, keys, revision, hasRole, CancellationToken.None);
        StorageLog.Imported(logger, schema.User);
        return position;
    }
}
