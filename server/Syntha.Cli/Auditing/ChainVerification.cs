using System.Globalization;
using Syntha.Storage.Audit;

namespace Syntha.Cli.Auditing;

/// <summary>Recomputes one chain of the audit trail, entry by entry in its order, and reports what is not as it was written.</summary>
/// <param name="chain">The chain's name, which is its node's.</param>
/// <param name="heads">How far the chain reached at earlier times, as other places recorded it, such as the server's log.</param>
internal sealed class ChainVerification(string chain, IReadOnlyCollection<AuditHead> heads)
{
    private readonly ILookup<long, AuditHead> heads = heads.ToLookup(head => head.Sequence);
    private readonly List<string> faults = [];
    private AuditRecord? first;
    private AuditRecord? last;
    private AuditRecord? retention;

    public long Entries { get; private set; }

    public void Add(AuditRecord record)
    {
        Entries++;
        if (record.Entry.Method == AuditStore.Retention)
        {
            retention = record;
        }

        if (last is null)
        {
            first = record;
        }
        else if (record.Sequence != last.Sequence + 1)
        {
            Report($"entries between {last.Sequence} and {record.Sequence} are gone, or these two are not in their order");
        }
        else if (!Follows(record, last.Hash))
        {
            Report($"the entry {record.Sequence} is not what was written there");
        }

        foreach (var head in heads[record.Sequence].Where(head => !head.Hash.AsSpan().SequenceEqual(record.Hash)))
        {
            Report($"the entry {head.Sequence} is another one than when the chain's head was published");
        }

        last = record;
    }

    /// <summary>Ends the recomputing.</summary>
    /// <returns>The faults. None: the chain is whole.</returns>
    public IReadOnlyList<string> Complete()
    {
        var reached = last?.Sequence ?? 0;
        foreach (var head in heads.SelectMany(group => group).Where(head => head.Sequence > reached).OrderBy(head => head.Sequence))
        {
            Report($"it ends with the entry {reached}, and once reached {head.Sequence}: its end is cut off");
        }

        if (first is not null)
        {
            CheckBeginning(first);
        }

        return faults;
    }

    // A chain begins with its first entry, or with the entry after those that retention recorded as removed.
    private void CheckBeginning(AuditRecord beginning)
    {
        if (beginning.Sequence == 1)
        {
            if (!Follows(beginning, AuditHash.Zero))
            {
                Report($"the entry {beginning.Sequence} is not what was written there");
            }
        }
        else if (retention?.Entry.Revision != beginning.Sequence - 1)
        {
            Report($"the entries before {beginning.Sequence} are gone, and it was not retention that removed them");
        }
        else if (!Follows(beginning, retention.Entry.KeyHashes))
        {
            Report($"the entry {beginning.Sequence} is not the one that followed what retention has removed");
        }
    }

    private bool Follows(AuditRecord record, byte[] previous) =>
        AuditHash.Of(previous, chain, record.Sequence, record.Entry).AsSpan().SequenceEqual(record.Hash);

    private void Report(FormattableString fault) => faults.Add(fault.ToString(CultureInfo.InvariantCulture));
}
