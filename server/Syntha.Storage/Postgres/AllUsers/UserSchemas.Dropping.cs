using Syntha.Storage.Ground;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Schema;

namespace Syntha.Storage.Postgres.AllUsers;

/// <content>Erases users' schemas with head and role, in one transaction.</content>
internal sealed partial class UserSchemas
{
    // Takes first the lock under which a schema is made, and then the head, which writers lock. A statement of its own reads the head,
    // because the earlier ones have waited. A node that hangs in the middle must not hold up others.
    private const string LockToDrop =
        $"""
        SELECT set_config('lock_timeout', @lockTimeout, true), set_config('search_path', @path, true),
          set_config('idle_in_transaction_session_timeout', @turnTimeout, true);
        SELECT pg_advisory_xact_lock({LockClasses.UserSchema}, hashtext(@user));
        """;

    private const string LockHeadToDrop =
        """
        SELECT has_role AS HasRole, to_regclass('identity') IS NOT NULL AS HasIdentity
        FROM syntha.heads WHERE user_id = @user FOR UPDATE;
        """;

    // By primary key.
    private const string DeleteHead = "DELETE FROM syntha.heads WHERE user_id = @user;";

    // All databases of a server share their roles. A role with rights in another database stays, and has none here.
    private const string SelectIsFree =
        """
        SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = @role) AND NOT EXISTS (
          SELECT 1 FROM pg_shdepend
          WHERE refclassid = 'pg_authid'::regclass AND refobjid = (SELECT oid FROM pg_roles WHERE rolname = @role));
        """;

    private const string Commit = "COMMIT;";

    /// <returns>False: the user has no schema.</returns>
    public async Task<bool> DropAsync(UserSchema schema, CancellationToken cancellationToken)
    {
        await using var session = await connections.RentAsync(schema.User, cancellationToken);
        await session.RunAsync("BEGIN;", null, cancellationToken);
        var found = await LockToDropAsync(session, schema, cancellationToken);
        if (found is null)
        {
            return false;
        }

        await RecordAndDropAsync(session, schema, cancellationToken);
        if (found.HasRole && await session.OneAsync<bool>(SelectIsFree, new { role = schema.Name }, cancellationToken))
        {
            await session.RunAsync(schema.DropRole, null, cancellationToken);
        }

        await session.RunAsync(Commit, null, CancellationToken.None);
        StorageLog.Erased(logger, schema.User);
        return true;
    }

    private async Task<Found?> LockToDropAsync(PostgresSession session, UserSchema schema, CancellationToken cancellationToken)
    {
        var user = schema.User.Value;
        var (lockTimeout, turnTimeout) = (options.LockMilliseconds, options.TurnMilliseconds);
        await session.RunAsync(LockToDrop, new { user, path = schema.SearchPath, lockTimeout, turnTimeout }, cancellationToken);
        var found = await session.OneAsync<Found>(LockHeadToDrop, new { user }, cancellationToken);
        // A damaged schema is erased all the same. Another user's schema is not.
        if (found is { HasIdentity: true } &&
            await session.OneAsync<string>(SelectIdentity, null, cancellationToken) is { } owner && owner != user)
        {
            throw StoreErrors.Corrupt(new FormatException("The schema is the store of another user."));
        }

        return found;
    }

    private async Task RecordAndDropAsync(PostgresSession session, UserSchema schema, CancellationToken cancellationToken)
    {
        // Before anything of the audit trail is locked: another reader of the tables, such as a backup, may take long.
        await session.RunAsync(schema.LockTables, null, cancellationToken);
        await Recorder.RecordRestAsync(schema.User, new LogBeforeErase(session, schema), cancellationToken);
        await session.RunAsync(schema.DropSchema, null, cancellationToken);
        await session.RunAsync(DeleteHead, new { user = schema.User.Value }, cancellationToken);
    }

    private sealed record Found(bool HasRole, bool HasIdentity);
}
