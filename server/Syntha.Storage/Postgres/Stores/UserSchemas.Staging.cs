using Syntha.Mesh.Moving;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Schema;

namespace Syntha.Storage.Postgres.Stores;

/// <content>Schemas that are filled under a name of their own, in a transaction that ends with their taking a user's place.</content>
internal sealed partial class UserSchemas
{
    // Callers take their time to send. While they do, only this transaction's own schema is locked.
    private const string BeginStage =
        "BEGIN; SELECT set_config('search_path', @path, true), set_config('idle_in_transaction_session_timeout', '0', true);";

    /// <summary>The session holds the transaction from then on.</summary>
    public async Task<PostgresSession> StageAsync(UserSchema schema, DataKeys? keys, CancellationToken cancellationToken)
    {
        var session = await connections.RentAsync(schema.User, cancellationToken);
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

    public async Task<Position> PlaceAsync(
        PostgresSession session, UserSchema schema, StoreKeys keys, long revision, bool mayReplace, CancellationToken cancellationToken)
    {
        var former = await LockToDropAsync(session, schema, cancellationToken);
        if (former is not null && !mayReplace)
        {
            throw MeshImport.UserExists();
        }

        if (former is not null)
        {
            await RecordAndDropAsync(session, schema, cancellationToken);
        }

        await session.RunAsync(schema.PlaceStage, null, cancellationToken);
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
