namespace Syntha.Storage.Outcomes;

/// <summary>
/// What is done with outcomes, in words that both engines understand; the casts tell PostgreSQL what a parameter is that may be null. There
/// are ten thousand rows at most, so that all but the primary key is found by looking through them.
/// </summary>
internal static class OutcomeStatements
{
    private const string Matches =
        """
        (CAST(@agent AS text) IS NULL OR agent = @agent)
          AND (CAST(@taskType AS text) IS NULL OR task_type = @taskType)
          AND (CAST(@since AS bigint) IS NULL OR time >= @since)
          AND (CAST(@success AS integer) IS NULL OR success = @success)
        """;

    // Appends at the end of the table. Of two with one request id the second one writes nothing.
    public const string Insert =
        """
        INSERT INTO outcomes (time, agent, task_type, success, duration, request_id, request_hash, input, output, error, metadata)
        VALUES (@time, @agent, @taskType, @success, @duration, @requestId, @requestHash, @input, @output, @error, @metadata)
        ON CONFLICT (request_id) DO NOTHING
        RETURNING number;
        """;

    // By the unique index of request_id.
    public const string FindRequest = "SELECT number AS Number, request_hash AS Hash FROM outcomes WHERE request_id = @requestId;";

    // By primary key, backwards over what is kept.
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
        """
        DELETE FROM outcomes
        WHERE (CAST(@agent AS text) IS NULL OR agent = @agent) AND (CAST(@until AS bigint) IS NULL OR time < @until);
        """;
}
