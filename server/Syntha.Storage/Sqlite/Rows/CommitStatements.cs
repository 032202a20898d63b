using Syntha.Storage.Log;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>
/// Rows reads and writes the tables of a user's file, on an open connection; it uses Connections, Log, Encryption and Ground. These are the
/// statements of a commit and of a trim of the log: the same few texts for every user and every size of group.
/// </summary>
internal static class CommitStatements
{
    // By primary key. No other process moves the head, so another head means that memory and file differ. The size of the log goes along,
    // so a commit needs no second statement for it.
    public const string MoveHead =
        """
        UPDATE head SET revision = ?2, log_changes = log_changes + ?3, log_bytes = log_bytes + ?4
        WHERE only = 1 AND revision = ?1;
        """;

    // Appends at the end of the table. A row a step: the columns that are mostly empty are mostly not bound.
    public const string InsertChange =
        """
        INSERT INTO changes (
          place, kind, time, subject, value, replaces,
          author, topics, subscribers, actor, before_author, before_topics, before_subscribers,
          expires_at, metadata,
          origin_method, origin_credential, origin_bytes,
          request_id, request_hash, request_method, request_caller, answer)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23);
        """;

    // Appends at the end of the table.
    public const string HoldSubject = "INSERT INTO live (place) VALUES (?1);";

    // By primary key.
    public const string ReleaseSubject = "DELETE FROM live WHERE place = ?1;";

    // By primary key. What the rows lose no longer counts as the size of the log, as far as they belong to it.
    public const string SumRedacted =
        """
        SELECT coalesce(sum(octet_length(value) + coalesce(octet_length(metadata), 0) - @added), 0)
        FROM changes WHERE place IN (SELECT value FROM json_each(@places)) AND place >= @first AND value IS NOT NULL;
        """;

    // By primary key.
    public const string Redact =
        "UPDATE changes SET value = NULL, metadata = NULL WHERE place IN (SELECT value FROM json_each(@places));";

    // By primary key: the first row of each command keeps its answer. The result of a patch tells of the value that it made.
    public const string SelectAnswers =
        $"SELECT place, answer FROM changes WHERE place IN (SELECT value FROM json_each(@places)) AND {RememberedAnswer.HasResult};";

    // By primary key.
    public const string KeepAnswer = "UPDATE changes SET answer = @answer WHERE place = @place;";

    // By primary key.
    public const string ShrinkLog = "UPDATE head SET log_bytes = log_bytes - @bytes, overwrite_due = 1 WHERE only = 1;";

    // By primary key. Only a file that is due is written.
    public const string Overwritten = "UPDATE head SET overwrite_due = 0 WHERE only = 1;";

    // By primary key, once for each row.
    public const string DropChanges = $"DELETE FROM changes WHERE place IN ({DroppedRows.Select});";

    // By primary key.
    public const string MoveOldest =
        """
        UPDATE head SET oldest_revision = @oldest, log_changes = @changes, log_bytes = @bytes
        WHERE only = 1 AND oldest_revision = @former;
        """;

    // By primary key.
    public const string KeepAgents =
        """
        INSERT INTO agents (name, record)
        SELECT value ->> 0, value ->> 1 FROM json_each(@agents) WHERE true
        ON CONFLICT (name) DO UPDATE SET record = excluded.record;
        """;

    // By primary key.
    public const string DropAgents = "DELETE FROM agents WHERE name IN (SELECT value FROM json_each(@names));";

    // By primary key. One row a step, as claims change often.
    public const string KeepClaim =
        "INSERT INTO claims (name, record) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET record = excluded.record;";

    // By primary key. A claim that was made and ended within the group is not there.
    public const string DropClaim = "DELETE FROM claims WHERE name = ?1;";
}
