namespace Syntha.Page.Operation;

/// <summary>Recomputes a chain of the audit trail, entry by entry in its order, up to a head that was told before.</summary>
/// <param name="head">How far the chain reached when the check began.</param>
internal sealed class ChainCheck(AuditHead head)
{
    // More would not be read.
    private const int MaxFaults = 20;

    private readonly List<string> faults = [];
    private AuditEvent? first;
    private AuditEvent? last;
    private AuditedRetention? retention;

    /// <summary>How many entries were recomputed.</summary>
    public long Entries { get; private set; }

    /// <summary>How many faults were found.</summary>
    public long FaultCount { get; private set; }

    /// <summary>The first faults.</summary>
    public IReadOnlyList<string> Faults => faults;

    /// <summary>Whether the head was reached.</summary>
    public bool IsAtHead => last is not null && last.Sequence >= head.Sequence;

    /// <summary>The number of the last entry that was read.</summary>
    public long Reached => last?.Sequence ?? 0;

    /// <summary>The number of the first entry that there is.</summary>
    public long Beginning => first?.Sequence ?? 0;

    /// <summary>Takes the next entry.</summary>
    public void Add(AuditEvent entry)
    {
        Entries++;
        retention = entry.Retention ?? retention;
        if (entry.HashVersion != ChainHash.Version)
        {
            Report($"the entry {entry.Sequence} has a form of hash that this page does not know: {entry.HashVersion}");
        }
        else if (last is null)
        {
            first = entry;
        }
        else if (entry.Sequence != last.Sequence + 1)
        {
            Report($"entries between {last.Sequence} and {entry.Sequence} are gone, or these two are not in their order");
        }
        else if (!Follows(entry, last.ChainHash.Span))
        {
            Report($"the entry {entry.Sequence} is not what was written there");
        }

        if (entry.Sequence == head.Sequence && entry.ChainHash != head.ChainHash)
        {
            Report($"the entry {entry.Sequence} is another one than the chain's head tells");
        }

        last = entry;
    }

    /// <summary>Ends the check: everything that there is was read.</summary>
    public void Complete()
    {
        if (Reached < head.Sequence)
        {
            Report($"it ends with the entry {Reached}, and its head is {head.Sequence}: its end is cut off");
        }

        if (first is not null)
        {
            CheckBeginning(first);
        }
    }

    // A chain begins with its first entry, or with the entry after those that retention recorded as removed.
    private void CheckBeginning(AuditEvent beginning)
    {
        if (beginning.Sequence == 1)
        {
            if (!Follows(beginning, ChainHash.Zero))
            {
                Report($"the entry 1 is not what was written there");
            }
        }
        else if (retention?.LastSequence != beginning.Sequence - 1)
        {
            Report($"the entries before {beginning.Sequence} are gone, and it was not retention that removed them");
        }
        else if (!Follows(beginning, retention.LastChainHash.Span))
        {
            Report($"the entry {beginning.Sequence} is not the one that followed what retention has removed");
        }
    }

    private static bool Follows(AuditEvent entry, ReadOnlySpan<byte> previous) =>
        entry.ChainHash.Span.SequenceEqual(ChainHash.Of(previous, entry));

    private void Report(FormattableString fault)
    {
        FaultCount++;
        if (faults.Count < MaxFaults)
        {
            faults.Add(fault.ToString(CultureInfo.InvariantCulture));
        }
    }
}
