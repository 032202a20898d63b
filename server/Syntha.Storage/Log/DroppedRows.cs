namespace Syntha.Storage.Log;

/// <summary>Which rows a trimming drops, for both engines.</summary>
internal static class DroppedRows
{
    /// <summary>
    /// The places of the rows that no state from the new oldest revision on needs: those that the dropped commands have replaced, and those
    /// of the dropped commands that hold no subject. A range of the primary key, without values.
    /// </summary>
    public const string Select =
        """
        SELECT replaces FROM changes WHERE place BETWEEN @first AND @last AND replaces IS NOT NULL
        UNION ALL
        SELECT place FROM changes WHERE place BETWEEN @first AND @last AND kind NOT IN (1, 2, 4)
        """;
}
