using Syntha.Storage.Encryption;
using Syntha.Storage.Log;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Heads;
using Syntha.Storage.Postgres.Schema;

namespace Syntha.Storage.Postgres.OneUser;

/// <summary>
/// The statements of transactions that write: the same few texts for every user and every size of group. Each text is one round trip. Names
/// are unqualified, except for the table of heads. The search path names the user's schema, and ends with the transaction.
/// </summary>
internal static class TransactionStatements
{
    // The role is taken before any table of the user is touched.
    public const string TakeRole = "SELECT set_config('role', @role, true);\n";

    // By primary key. This statement waits, so the clock is read in a later one: the times of a log never run backwards. The later
    // statements also have later snapshots, so they see what the last holder of the lock committed.
    private const string LockHead =
        $"""
        BEGIN;
        SELECT
          set_config('search_path', @path, true),
          set_config('lock_timeout', @lockTimeout, true),
          set_config('idle_in_transaction_session_timeout', @turnTimeout, true);
        SELECT {HeadRow.Columns} FROM syntha.heads WHERE user_id = @user FOR UPDATE;

        """;

    private const string ReadIdentity = $"SELECT user_id, data_keys, {DatabaseClock.Select} FROM identity;\n";

    // As a transaction that writes begins, but without the lock on the head. The advisory lock keeps the data keys from being removed
    // meanwhile.
    private const string PassHead =
        $"""
        BEGIN;
        SELECT set_config('search_path', @path, true), pg_advisory_xact_lock_shared({LockClasses.DataKeys}, hashtext(@user));
        SELECT {HeadRow.Columns} FROM syntha.heads WHERE user_id = @user;

        """;

    public static readonly PerUserStatement BeginBeside = new(PassHead, TakeRole, ReadIdentity);

    public const string CommitBeside = "COMMIT;";

    // By changes_by_request, one seek for each id. The last command of an id counts. The caller judges how old they are.
    public const string FindRequests =
        """
        SELECT place, time, request_id, request_hash, request_method, request_caller, answer
        FROM changes
        WHERE request_id = ANY(@ids) AND place >= @oldest
        ORDER BY place;
        """;

    public static readonly PerUserStatement Begin = new(LockHead, TakeRole, ReadIdentity + FindRequests);

    // Appends at the end of the table. Each array is a column.
    public const string InsertChanges =
        """
        INSERT INTO changes (
          place, time, replaces, expires_at, request_id, request_hash, kind, subject, actor, author, topics, subscribers, metadata,
          before_author, before_topics, before_subscribers, request_caller, request_method, answer, value,
          origin_method, origin_credential, origin_bytes, sealed)
        SELECT * FROM unnest(
          @places, @times, @replaces, @expiries, @requestIds, @requestHashes, @kinds, @subjects, @actors, @authors, @topics, @subscribers,
          @metadata, @beforeAuthors, @beforeTopics, @beforeSubscribers, @requestCallers, @requestMethods, @answers, @values,
          @originMethods, @originCredentials, @originBytes, @sealed)
        """;

    // The last part of a group, with its changes to the current state, in one statement. If it touches other rows than the mesh in memory
    // expects, the two differ: then the division by zero fails, and with it everything up to the commit, which is already on its way.
    private const string Write =
        $"""
        WITH
          written AS ({InsertChanges}),
          held AS (INSERT INTO live (place) SELECT unnest(@held)),
          released AS (DELETE FROM live WHERE place = ANY(@released) RETURNING place)
        SELECT 1 / ((SELECT count(*) FROM released) = cardinality(@released))::integer;

        """;

    // By primary key.
    public const string WriteAgents =
        """
        INSERT INTO agents (name, record) SELECT * FROM unnest(@agents, @records) ON CONFLICT (name) DO UPDATE SET record = excluded.record;
        DELETE FROM agents WHERE name = ANY(@emptied);

        """;

    // By primary key. A claim that was made and ended within the group is not there.
    private const string WriteClaims =
        """
        INSERT INTO claims (name, record) SELECT * FROM unnest(@claims, @claimRecords)
        ON CONFLICT (name) DO UPDATE SET record = excluded.record;
        DELETE FROM claims WHERE name = ANY(@endedClaims);

        """;

    private const string LeaveRole = "SELECT set_config('role', 'none', true);\n";

    // By primary key, of the row that the transaction has locked.
    private const string MoveHead =
        """
        UPDATE syntha.heads SET revision = @last, log_changes = log_changes + @changes, log_bytes = log_bytes + @bytes
        WHERE user_id = @user;
        COMMIT;
        """;

    public static readonly PerUserStatement Commit = new(Write, LeaveRole, MoveHead);
    public static readonly PerUserStatement CommitWithAgents = new(Write + WriteAgents, LeaveRole, MoveHead);
    public static readonly PerUserStatement CommitWithClaims = new(Write + WriteClaims, LeaveRole, MoveHead);
    public static readonly PerUserStatement CommitWithBoth = new(Write + WriteAgents + WriteClaims, LeaveRole, MoveHead);

    // By primary key. A user's role may append to its log, but not change it, so this runs as the login. What the rows lose no longer
    // counts as the size of the log, as far as they belong to it.
    private const string Redact =
        $$"""
        WITH
          lost AS (
            SELECT
              coalesce(octet_length(value), 0) + coalesce(octet_length(metadata), 0) +
              coalesce(octet_length(sealed) - {{StoreCipher.OverheadText}}, 0) AS bytes
            FROM changes WHERE place = ANY(@redacted) AND place >= @oldest),
          redacted AS (UPDATE changes SET value = NULL, metadata = NULL, sealed = NULL WHERE place = ANY(@redacted))
        UPDATE syntha.heads SET log_bytes = log_bytes - (SELECT coalesce(sum(bytes), 0) FROM lost) WHERE user_id = @user;
        UPDATE changes SET answer = kept.answer
        FROM unnest(@answerPlaces, @keptAnswers) AS kept (place, answer) WHERE changes.place = kept.place;

        """;

    // By primary key: the first row of each command keeps its answer. The result of a patch tells of the value that it made.
    public const string SelectAnswers =
        $"SELECT place, answer FROM changes WHERE place = ANY(@places) AND {RememberedAnswer.HasResult};";

    public static readonly PerUserStatement CommitWithRedactions =
        new(Write + WriteAgents + WriteClaims, LeaveRole, Redact + MoveHead);

    // A range of the primary key, one page at a time.
    public const string SelectOldest =
        $"""
        SELECT place, time, {ChangeSize.OfRow} + coalesce(octet_length(sealed) - {StoreCipher.OverheadText}, 0)
        FROM changes WHERE place >= @first ORDER BY place LIMIT @count;
        """;

    // By primary key, once for each row. As an array, so that the planner never reads the whole table for it.
    private const string DropChanges = $"DELETE FROM changes WHERE place = ANY(ARRAY({DroppedRows.Select}));\n";

    // By primary key, of the row that the transaction has locked.
    private const string MoveOldest =
        """
        UPDATE syntha.heads SET oldest_revision = @oldest, log_changes = @changes, log_bytes = @bytes WHERE user_id = @user;
        COMMIT;
        """;

    public static readonly PerUserStatement Trim = new(DropChanges, LeaveRole, MoveOldest);
}
