using System.Security.Cryptography;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Options;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Heads;
using Syntha.Storage.Postgres.OneUser;
using Syntha.Storage.Postgres.Schema;
using Syntha.Storage.Records;

namespace Syntha.Storage.Postgres.AllUsers;

/// <summary>
/// Stores makes, imports, encrypts, renews and erases users' schemas as wholes; it uses Users, Server and what lies below. This type makes
/// and migrates schemas. A schema exists with its identity and its head, or not at all. Thread-safe. Locks of the database are taken in
/// this order: the advisory lock of the user, the user's head, the user's tables, the mark and the chain of the audit trail.
/// </summary>
internal sealed partial class UserSchemas(
    PostgresConnections connections, PostgresMigrations steps, PostgresOptions options, ILogger logger)
{
    // By primary key. Roles are no part of a database, so one that was restored elsewhere has none of them, or has them without rights.
    private const string SelectStateOfUser =
        """
        SELECT user_step AS Step, has_role AS HasRole,
            has_role AND to_regnamespace(quote_ident(@role)) IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM pg_roles
                WHERE rolname = @role AND has_schema_privilege(oid, to_regnamespace(quote_ident(@role)), 'USAGE')) AS LacksRole
        FROM syntha.heads WHERE user_id = @user
        """;

    private const string SelectState = SelectStateOfUser + ";";

    // Nodes that meet a new user at the same moment wait for each other. Two users with the same hash also wait for each other, which does
    // no harm.
    private const string LockUser = $"BEGIN; SELECT pg_advisory_xact_lock({LockClasses.UserSchema}, hashtext(@user));\n" + SelectState;

    private const string LockHead = "BEGIN; " + SelectStateOfUser + " FOR UPDATE;";

    private const string SetPath = "SELECT set_config('search_path', @path, true);";

    // A node that hangs must not keep its locks.
    private const string SetPathAndTimeout =
        "SELECT set_config('search_path', @path, true), set_config('idle_in_transaction_session_timeout', @turnTimeout, true);";

    private const string SelectRole = "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = @role);";

    private const string SelectIdentity = "SELECT user_id FROM identity;";

    private const string InsertIdentity = "INSERT INTO identity (user_id) VALUES (@user);";

    // The table has one row.
    internal const string SetKeys = "UPDATE identity SET data_keys = @keys;";

    // A transaction that sets the mark waits for those that have read no mark, until their users can be listed. A transaction that waits
    // for the mark sees it.
    private const string SelectIsMarked = "SELECT encryption_check IS NOT NULL FROM syntha.record_head FOR SHARE;";

    // The statements on the records name no schema.
    private const string SetRecordsPath = "SET LOCAL search_path TO syntha, pg_temp;";

    private const string SelectNow = $"SELECT {DatabaseClock.Select};";

    private const string InsertHead =
        """
        INSERT INTO syntha.heads (user_id, epoch, revision, oldest_revision, log_changes, log_bytes, user_step, has_role)
        VALUES (@user, @epoch, @revision, @revision + 1, 0, 0, @step, @hasRole);
        COMMIT;
        """;

    private const string SaveState =
        """
        UPDATE syntha.heads SET user_step = @step, has_role = has_role OR @hasRole WHERE user_id = @user;
        COMMIT;
        """;

    /// <summary>Records the rest of a log before it is erased.</summary>
    public ICommitRecorder Recorder { get; set; } = ICommitRecorder.None;

    /// <summary>Whether the user has a schema. If so, it is migrated now.</summary>
    public async Task<bool> FindAsync(UserSchema schema, CancellationToken cancellationToken)
    {
        await using var session = await connections.RentAsync(schema.User, cancellationToken);
        var state = await session.OneAsync<State>(
            SelectState, new { user = schema.User.Value, role = schema.Name }, cancellationToken);
        if (state is null)
        {
            return false;
        }

        if (IsBehind(state))
        {
            await BringUpAsync(session, schema, cancellationToken);
        }

        return true;
    }

    public async Task<bool> EnsureAsync(
        UserSchema schema, StoreKeys keys, StoreRight right, CancellationToken cancellationToken)
    {
        if (await FindAsync(schema, cancellationToken))
        {
            return false;
        }

        await using var session = await connections.RentAsync(schema.User, cancellationToken);
        if (await LockAsync(session, LockUser, schema, cancellationToken) is not null)
        {
            return false;
        }

        await DemandAsync(session, schema, right, cancellationToken);
        await session.RunAsync(schema.CreateSchema, null, cancellationToken);
        var settings = new { path = schema.SearchPath, turnTimeout = options.TurnMilliseconds };
        await session.RunAsync(SetPathAndTimeout, settings, cancellationToken);
        await MakeTablesAsync(session, schema, keys.Create(), cancellationToken);
        if (options.RolePerUser)
        {
            await GiveRoleAsync(session, schema, cancellationToken);
        }

        await CommitHeadAsync(session, schema, keys, 0, options.RolePerUser, cancellationToken);
        StorageLog.Created(logger, schema.User);
        return true;
    }

    /// <summary>Migrates one user's schema in one transaction. If it is killed at any point, the schema is as before, or done.</summary>
    public async Task BringUpAsync(UserSchema schema, CancellationToken cancellationToken)
    {
        await using var session = await connections.RentAsync(schema.User, cancellationToken);
        await BringUpAsync(session, schema, cancellationToken);
    }

    private async Task BringUpAsync(PostgresSession session, UserSchema schema, CancellationToken cancellationToken)
    {
        var user = schema.User.Value;
        var state = await LockAsync(session, LockHead, schema, cancellationToken);
        // Another node was quicker.
        if (state is null || !IsBehind(state))
        {
            return;
        }

        await session.RunAsync(SetPath, new { path = schema.SearchPath }, cancellationToken);
        if (await session.OneAsync<string>(SelectIdentity, null, cancellationToken) != user)
        {
            throw StoreErrors.Corrupt(new FormatException("The schema is the store of another user."));
        }

        foreach (var step in steps.User.Skip(state.Step))
        {
            await session.RunAsync(step, null, cancellationToken);
        }

        if (options.RolePerUser || state.HasRole)
        {
            await GiveRoleAsync(session, schema, cancellationToken);
        }

        await session.RunAsync(
            SaveState,
            new { user, step = Math.Max(steps.LatestUser, state.Step), hasRole = options.RolePerUser },
            cancellationToken);
        if (state.LacksRole)
        {
            StorageLog.RoleGiven(logger, schema.User);
        }

        if (state.Step < steps.LatestUser)
        {
            StorageLog.Migrated(logger, schema.User, state.Step, steps.LatestUser);
        }
    }

    private async Task MakeTablesAsync(PostgresSession session, UserSchema schema, DataKeys? keys, CancellationToken cancellationToken)
    {
        await session.RunAsync(string.Join('\n', steps.User), null, cancellationToken);
        await session.RunAsync(InsertIdentity, new { user = schema.User.Value }, cancellationToken);
        if (keys is not null)
        {
            await session.RunAsync(SetKeys, new { keys = keys.Text }, cancellationToken);
        }
    }

    // The last step of the transaction that makes the schema. A node without a key ring makes no schema beside encrypted ones.
    private async Task<Position> CommitHeadAsync(
        PostgresSession session, UserSchema schema, StoreKeys keys, long revision, bool hasRole, CancellationToken cancellationToken)
    {
        if (!keys.AreUsed && await session.OneAsync<bool>(SelectIsMarked, null, cancellationToken))
        {
            throw StoreKeys.RingMissing();
        }

        var epoch = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var head = new { user = schema.User.Value, epoch, revision, step = steps.LatestUser, hasRole };
        await session.RunAsync(InsertHead, head, cancellationToken);
        return new(epoch, revision);
    }

    // An erase revokes first, and then waits for the lock that this transaction holds. So either the right has ended already, or the erase
    // finds the schema that this transaction makes. A statement of its own sees what was committed while the lock was awaited.
    private static async Task DemandAsync(
        PostgresSession session, UserSchema schema, StoreRight right, CancellationToken cancellationToken)
    {
        if (right == StoreRight.Unbound)
        {
            return;
        }

        await session.RunAsync(SetRecordsPath, null, cancellationToken);
        var secret = await session.OneAsync<byte[]>(RecordStatements.SelectErasureSecret, null, cancellationToken);
        var now = StoredTime.FromMicroseconds(await session.OneAsync<long>(SelectNow, null, cancellationToken));
        if (!await session.OneAsync<bool>(
            RecordStatements.SelectHolds, RecordStatements.ParametersOf(schema.User, right, secret!, now), cancellationToken))
        {
            throw StoreRight.Ended();
        }

        await session.RunAsync(SetPath, new { path = schema.SearchPath }, cancellationToken);
    }

    // Also after a migration, which may have brought new tables. All databases of a server share their roles, so the role may exist
    // already.
    private static async Task GiveRoleAsync(PostgresSession session, UserSchema schema, CancellationToken cancellationToken)
    {
        if (!await session.OneAsync<bool>(SelectRole, new { role = schema.Name }, cancellationToken))
        {
            await session.RunAsync(schema.CreateRole, null, cancellationToken);
        }

        await session.RunAsync(schema.GrantRights, null, cancellationToken);
    }

    private static async Task<State?> LockAsync(
        PostgresSession session, string sql, UserSchema schema, CancellationToken cancellationToken)
    {
        await using var rows = await session.ReadAsync(sql, new { user = schema.User.Value, role = schema.Name }, cancellationToken);
        if (sql == LockUser)
        {
            await rows.NextResultAsync(cancellationToken);
        }

        var state = await rows.ReadAsync(cancellationToken) ? new State(rows.GetInt32(0), rows.GetBoolean(1), rows.GetBoolean(2)) : null;
        await rows.ToEndAsync(cancellationToken);
        return state;
    }

    private bool IsBehind(State state) =>
        state.Step < steps.LatestUser || (options.RolePerUser && !state.HasRole) || state.LacksRole;

    private sealed record State(int Step, bool HasRole, bool LacksRole);
}
