namespace Syntha.Tests.Support;

/// <summary>
/// Reads the changes of claims in a log from its beginning, with rules of its own, and proves what claims promise: at most one holder at
/// each revision, tokens that only grow, grants in the order of arrival, ends that are neither early nor forged, and no write under a token
/// that was lost.
/// </summary>
internal sealed class ClaimChecker
{
    public const string Owner = "(owner)";

    private readonly Dictionary<string, Known> claims = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> lastTokens = new(StringComparer.Ordinal);
    private ClaimRow? previous;

    /// <summary>What is known of each claim after the rows so far.</summary>
    public IReadOnlyDictionary<string, Known> Claims => claims;

    /// <summary>How often a claim was given to one in line.</summary>
    public int GrantsInLine { get; private set; }

    /// <param name="rows">The rows, in the order of the log.</param>
    /// <param name="writes">The writes that were carried out under a token.</param>
    public static ClaimChecker Verify(IEnumerable<ClaimRow> rows, IEnumerable<GuardedWrite>? writes = null)
    {
        var checker = new ClaimChecker();
        var pending = new Queue<GuardedWrite>((writes ?? []).OrderBy(write => write.Revision));
        foreach (var row in rows)
        {
            while (pending.TryPeek(out var write) && write.Revision <= row.Revision)
            {
                checker.Demand(pending.Dequeue());
            }

            checker.Add(row);
        }

        foreach (var write in pending)
        {
            checker.Demand(write);
        }

        return checker;
    }

    public void Add(ClaimRow row)
    {
        Demand(previous is null || (row.Revision, row.Index).CompareTo((previous.Revision, previous.Index)) > 0, row, "is out of order");
        var known = claims.GetValueOrDefault(row.Name) ?? new(null, 0, default, []);
        switch (row.Kind)
        {
            case ClaimRowKind.Claimed:
                Claimed(row, known);
                break;
            case ClaimRowKind.Renewed:
                Demand(known.Holder is not null, row, "renews a claim that is free");
                Demand(row.Holder == known.Holder && row.Token == known.Token, row, $"changes the holder {known.Holder}, {known.Token}");
                Demand(row.Time < known.Until, row, $"goes on with a claim that had ended at {known.Until:O}");
                Follows(row, known, mayGrow: true);
                break;
            case ClaimRowKind.Released:
                Demand(known.Holder is not null && row.Holder is null, row, "releases what is free");
                Demand(row.Time < known.Until, row, $"releases a claim that had ended at {known.Until:O}");
                Follows(row, known, mayGrow: false);
                break;
            case ClaimRowKind.Expired:
                Demand(known.Holder is not null && row.Holder is null, row, "ends what is free");
                Demand(row.Time >= known.Until, row, $"ends a claim before its time {known.Until:O}");
                Follows(row, known, mayGrow: false);
                break;
        }

        claims[row.Name] = new(row.Holder, row.Token, row.Until, row.Line);
        previous = row;
    }

    private void Claimed(ClaimRow row, Known known)
    {
        Demand(known.Holder is null, row, $"has a second holder beside {known.Holder}");
        Demand(row.Holder is not null && row.Token == row.Revision, row, "has no token of its own");
        Demand(row.Token > lastTokens.GetValueOrDefault(row.Name), row, "has a token that is not larger than the last one");
        Demand(row.Until > row.Time, row, "ends as it begins");
        lastTokens[row.Name] = row.Token;
        if (known.Line.Count == 0)
        {
            Demand(row.Line.Count == 0, row, "has a line from nowhere");
            return;
        }

        // The first one in line has it now, or the former holder has named the next one.
        if (row.Line.Select(ticket => ticket.Who).SequenceEqual(known.Line.Skip(1).Select(ticket => ticket.Who)) &&
            row.Line.Count == known.Line.Count - 1)
        {
            Demand(row.Holder == known.Line[0].Who, row, $"passes by {known.Line[0].Who}, who was first");
            GrantsInLine++;
        }
        else
        {
            Demand(
                previous is { Kind: ClaimRowKind.Released } released && (released.Revision, released.Name) == (row.Revision, row.Name) &&
                row.Line.Count == known.Line.Count, row, "jumps the line");
        }
    }

    // Those who stay keep their order, new ones come to the end, and none is dropped while its place is good, except one that leaves.
    private static void Follows(ClaimRow row, Known known, bool mayGrow)
    {
        var kept = known.Line.Where(ticket => row.Line.Any(stays => stays.Id == ticket.Id)).Select(ticket => ticket.Id).ToList();
        Demand(row.Line.Take(kept.Count).Select(ticket => ticket.Id).SequenceEqual(kept), row, "changes the order of the line");
        Demand(row.Line.Count - kept.Count <= (mayGrow ? 1 : 0), row, "adds to the line");
        var dropped = known.Line.Count(ticket => !kept.Contains(ticket.Id) && ticket.Until > row.Time);
        Demand(dropped <= (row.MayDrop ? int.MaxValue : mayGrow ? 1 : 0), row, "drops those who wait");
    }

    private void Demand(GuardedWrite write)
    {
        var known = claims.GetValueOrDefault(write.Name);
        if (known?.Holder is null || known.Token != write.Token || write.Time >= known.Until)
        {
            throw new InvalidOperationException($"{write} was carried out, but the claim was {known}.");
        }
    }

    private static void Demand(bool holds, ClaimRow row, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Claim '{row.Name}', row {row.Revision}.{row.Index} ({row.Kind}): {what}.");
        }
    }

    /// <summary>A claim after some rows. A holder of null: it is free.</summary>
    internal sealed record Known(string? Holder, long Token, DateTimeOffset Until, IReadOnlyList<ClaimRowTicket> Line)
    {
        public bool IsHeld(DateTimeOffset now) => Holder is not null && now < Until;
    }
}

internal enum ClaimRowKind
{
    Claimed,
    Renewed,
    Released,
    Expired,
}

/// <summary>A row of the log about a claim, with the claim after it.</summary>
internal sealed record ClaimRow(
    long Revision, int Index, DateTimeOffset Time, ClaimRowKind Kind, string Name, string? Holder, long Token, DateTimeOffset Until,
    IReadOnlyList<ClaimRowTicket> Line)
{
    /// <summary>Whether the row may drop all who wait: the owner has cleared the mesh, or those who wait have lost their rights.</summary>
    public bool MayDrop { get; init; }
}

/// <summary>A place in a line. Where the time of its end is not known, it is the beginning of time.</summary>
internal sealed record ClaimRowTicket(string Id, string Who, DateTimeOffset Until);

/// <summary>A write that was carried out under a token.</summary>
internal sealed record GuardedWrite(long Revision, DateTimeOffset Time, string Name, long Token);
