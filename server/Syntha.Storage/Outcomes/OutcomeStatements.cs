namespace Syntha.Storage.Outcomes;

/// <summary>
/// Outcomes keeps how agents' tasks went, the same way on both engines; it uses Ground, Encryption and the mesh's outcomes. These are its
/// statements, which both engines understand. The casts tell PostgreSQL the type of a parameter that may be null. A user has ten thousand
/// rows at most, so only the primary key and the request id have an index.
/// </summary>
internal static class OutcomeStatements
{
    private const string Matches =
        """
        (CAST(@agent AS text) IS NULL OR agent = @agent)
          AND (CAST(@taskType AS text) IS NULL OR task_type = @taskType)
          AND (CAST(@since AS bigint) IS NULL OR time >= @since)
          AND (CAST(@until AS bigint) IS NULL OR time < @until)
          AND (CAST(@success AS integer) IS NULL OR success = @success)
        """;

    // Appends at the end of the table. If the request id is stored already, it writes nothing.
    public const string Insert =
        """
        INSERT INTO outcomes (time, agent, task_type, success, duration, request_id, request_hash, input, output, error, metadata)
        VALUES (@time, @agent, @taskType, @success, @duration, @requestId, @requestHash, @input, @output, @error, @metadata)
        ON CONFLICT (request_id) DO NOTHING
        RETURNING number;
        """;

    // By the unique index of request_id.
    public const string FindRequest = "SELECT number AS Number, request_hash AS Hash FROM outcomes WHERE request_id = @requestId;";

    // By primary key, backwards over the kept rows.
    public const string DropOld =
        "DELETE FROM outcomes WHERE number <= (SELECT number FROM outcomes ORDER BY number DESC LIMIT 1 OFFSET @kept);";

    private const string Rows =
        """
        SELECT
          number AS Number, time AS Time, agent AS Agent, task_type AS TaskType, success AS Success, duration AS Duration,
          request_id AS RequestId, request_hash AS RequestHash, input AS Input, output AS Output, error AS Error, metadata AS Metadata
        FROM outcomes

        """;

    // By primary key.
    public const string Page = Rows + "WHERE number > @after ORDER BY number LIMIT @count;";

    // By primary key.
    public const string SetTexts =
        """
        UPDATE outcomes SET request_hash = @requestHash, input = @input, output = @output, error = @error, metadata = @metadata
        WHERE number = @number;
        """;

    // By primary key, backwards.
    public const string List =
        $"""
        {Rows}
        WHERE number < @before AND {Matches}
        ORDER BY number DESC
        LIMIT @count;
        """;

    public const string Count =
        $"""
        SELECT
          agent AS Agent, task_type AS TaskType, count(*) AS Total, sum(success) AS Succeeded, count(duration) AS Timed,
          coalesce(sum(CAST(duration AS double precision)), CAST(0 AS double precision)) AS Microseconds
        FROM outcomes
        WHERE {Matches}
        GROUP BY agent, task_type;
        """;

    public const string Clear =
        $"""
        DELETE FROM outcomes
        WHERE {Matches};
        """;
}
