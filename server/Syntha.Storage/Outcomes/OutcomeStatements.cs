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

    private const string Bytes =
        "200 + coalesce(octet_length(input), 0) + coalesce(octet_length(output), 0) + coalesce(octet_length(error), 0) " +
        "+ coalesce(octet_length(metadata), 0)";

    // By primary key, backwards over the kept rows.
    public const string IsAboveCount = "SELECT count(*) FROM (SELECT 1 FROM outcomes ORDER BY number DESC LIMIT 1 OFFSET @kept) AS above;";

    // Over all rows. The sizes of texts are known without reading them.
    public const string SumBytes = $"SELECT coalesce(sum({Bytes}), 0) FROM outcomes;";

    // Over all rows. Each agent keeps its newest ones. Rows are kept in the order of what their agent has from its newest one up to them,
    // so the agent with the most loses first. The newest row of all stays.
    public const string DropOld =
        $"""
        WITH own AS (
          SELECT
            number, {Bytes} AS bytes, row_number() OVER (PARTITION BY agent ORDER BY number DESC) AS place,
            sum({Bytes}) OVER (PARTITION BY agent ORDER BY number DESC) AS through
          FROM outcomes
        ), ranked AS (
          SELECT
            number, row_number() OVER (ORDER BY place, number DESC) AS place, sum(bytes) OVER (ORDER BY through, number DESC) AS through
          FROM own
        )
        DELETE FROM outcomes
        WHERE number IN (SELECT number FROM ranked WHERE place > @kept OR through > @maxBytes)
          AND number < (SELECT max(number) FROM outcomes);
        """;

    private const string Columns =
        """
        number AS Number, time AS Time, agent AS Agent, task_type AS TaskType, success AS Success, duration AS Duration,
          request_id AS RequestId, request_hash AS RequestHash, input AS Input, output AS Output, error AS Error, metadata AS Metadata
        """;

    private const string Rows = $"SELECT {Columns} FROM outcomes\n";

    // By primary key.
    public const string Page = Rows + "WHERE number > @after ORDER BY number LIMIT @count;";

    // By primary key.
    public const string SetTexts =
        """
        UPDATE outcomes SET request_hash = @requestHash, input = @input, output = @output, error = @error, metadata = @metadata
        WHERE number = @number;
        """;

    // By primary key, backwards. The texts of a row are read only when the rows before it leave room.
    public const string List =
        $"""
        WITH chosen AS (
          SELECT number, {Bytes} AS bytes
          FROM outcomes
          WHERE number < @before AND {Matches}
          ORDER BY number DESC
          LIMIT @count
        ), sized AS (
          SELECT number, sum(bytes) OVER (ORDER BY number DESC) - bytes AS ahead FROM chosen
        )
        SELECT {Columns}, (SELECT count(*) FROM chosen) AS Chosen
        FROM outcomes
        WHERE number IN (SELECT number FROM sized WHERE ahead < @maxBytes)
        ORDER BY number DESC;
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
