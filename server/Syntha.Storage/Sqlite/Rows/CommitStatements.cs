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
        UPDATE head SET revision = @last, log_changes = log_changes + @changes, log_bytes = log_bytes + @bytes
        WHERE only = 1 AND revision = @head;
        """;

    // Appends at the end of the table. jsonb_each returns each row as parsed JSON, where json_each would make text of it again. Request ids
    // and hashes lie among the values, because JSON has no bytes.
    public const string InsertChanges =
        """
        INSERT INTO changes (
          place, kind, time, subject, value, replaces,
          author, topics, subscribers, actor, before_author, before_topics, before_subscribers,
          expires_at, metadata,
          origin_method, origin_credential, origin_bytes,
          request_id, request_hash, request_method, request_caller, answer)
        SELECT
          value ->> 0, value ->> 1, value ->> 2, value ->> 3, substr(@bytes, value ->> 4, value ->> 5), value ->> 6,
          value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13,
          value ->> 14, value ->> 15,
          value ->> 16, value ->> 17, value ->> 18,
          substr(@bytes, value ->> 19, 16), substr(@bytes, (value ->> 19) + 16, 16), value ->> 20, value ->> 21, value ->> 22
        FROM jsonb_each(CAST(@rows AS TEXT));
        """;

    // Appends at the end of the table.
    public const string HoldSubjects = "INSERT INTO live (place) SELECT value FROM json_each(@places);";

    // By primary key, one seek for each place.
    public const string ReleaseSubjects = "DELETE FROM live WHERE place IN (SELECT value FROM json_each(@places));";

    // A range of the primary key. For each row, one seek in live by its primary key. Live rows stay: they are the current state.
    public const string DropChanges =
        """
        DELETE FROM changes
        WHERE place BETWEEN @first AND @last AND NOT EXISTS (SELECT 1 FROM live WHERE live.place = changes.place);
        """;

    // By primary key.
    public const string MoveOldest =
        """
        UPDATE head SET oldest_revision = @oldest, log_changes = @changes, log_bytes = @bytes
        WHERE only = 1 AND oldest_revision = @former;
        """;

    // By primary key. The log was trimmed past these rows. They were only kept as the current state.
    public const string ForgetChanges = "DELETE FROM changes WHERE place IN (SELECT value FROM json_each(@places));";

    // By primary key.
    public const string KeepAgents =
        """
        INSERT INTO agents (name, record)
        SELECT value ->> 0, value ->> 1 FROM json_each(@agents) WHERE true
        ON CONFLICT (name) DO UPDATE SET record = excluded.record;
        """;

    // By primary key.
    public const string DropAgents = "DELETE FROM agents WHERE name IN (SELECT value FROM json_each(@names));";
}
