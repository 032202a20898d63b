namespace Syntha.Storage.Log;

/// <summary>The statements of reads of the past, as far as both engines share them. None reads values that it does not return.</summary>
internal static class HistoryStatements
{
    // By primary key.
    public const string SelectTime = "SELECT time FROM changes WHERE place = @place;\n";

    // A range of the primary key, read only as far as the page goes.
    public const string SelectReplacements =
        """
        SELECT place, kind, subject, replaces, CASE WHEN kind = 6 THEN value END, actor
        FROM changes WHERE place > @after ORDER BY place LIMIT @maxRows;

        """;

    // A range of the primary key, from its end backwards.
    public const string SelectBound =
        """
        SELECT coalesce(min(place), 0), count(*)
        FROM (SELECT place FROM changes WHERE place < @before ORDER BY place DESC LIMIT @maxRows) AS looked;

        """;

    /// <summary>
    /// What makes a row a version of a key. Each row from the last place backwards is looked at: there is no index by key, and redactions
    /// are rare.
    /// </summary>
    public const string IsVersion =
        """
        place BETWEEN @first AND @last AND subject = @key AND kind IN (1, 2) AND (@actor IS NULL OR actor = @actor)
        """;

    public const string IsSought =
        $"((kind <> 6 AND kind NOT IN {LogKinds.OfClaims} AND subject = @key) OR (kind = 6 AND subject = @agent))";
}
