namespace Syntha.Storage.Log;

/// <summary>Reads the rows of <see cref="HistoryStatements"/>.</summary>
internal static class HistoryReader
{
    public static Replacement Replacement(ILogRow row)
    {
        var kind = checked((ChangeKind)row.GetNumber(1));
        var subject = row.GetText(2);
        var records = kind == ChangeKind.AgentChanged ? StoredAgent.ReadBoth(subject, row.GetValue(4)) : default;
        return new(
            new StoredPlace(row.GetNumber(0)).Place,
            kind,
            subject,
            row.FindText(5) is { } actor ? AgentName.Trusted(actor) : null,
            row.FindNumber(3) is { } replaced ? new StoredPlace(replaced).Place : null,
            records.Agent,
            records.Former);
    }

    public static FoundChange Found(ILogRow row, string? agent)
    {
        var isAgent = row.GetNumber(1) == (long)ChangeKind.AgentChanged;
        return new(
            new StoredPlace(row.GetNumber(0)).Place,
            row.GetNumber(2),
            isAgent,
            isAgent ? StoredAgent.ReadBoth(agent!, row.GetValue(3)).Former : null);
    }

    /// <summary>The result of a look through the log.</summary>
    /// <param name="found">What was found, the newest first. Rows that the log has no more are only kept for past states.</param>
    /// <param name="oldestRevision">The oldest revision of the log.</param>
    /// <param name="bound">The place of the last row that was looked at.</param>
    /// <param name="isFull">Whether as many rows were looked at as was allowed.</param>
    public static FoundChanges Found(IEnumerable<FoundChange> found, long oldestRevision, long bound, bool isFull)
    {
        var next = new StoredPlace(bound).Place;
        return new(
            [.. found.TakeWhile(change => change.Place.Revision >= oldestRevision)],
            isFull && next > new ChangePlace(oldestRevision, 0) ? next : null);
    }
}
