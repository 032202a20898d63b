namespace Syntha.Server.Tests.Streams.Recording;

/// <summary>
/// The promises of every stream, as plain functions over a record and the log. Each function returns the faults it finds; an empty result
/// means that all is well. They know nothing of the server's code.
/// </summary>
internal static class Validators
{
    public static List<string> All(
        LogTable log, Subscription subscription, IReadOnlyList<StreamRecord> streams, IEnumerable<WriteRecord> writes)
    {
        var faults = new List<string>();
        var segments = Segment.Of(streams, faults);
        faults.AddRange(streams.SelectMany(Atomic));
        faults.AddRange(streams.SelectMany(stream => LiveFromEstablished(stream, writes)));
        foreach (var segment in segments)
        {
            faults.AddRange(Ordered(segment));
            faults.AddRange(ProgressTrue(log, segment));
            faults.AddRange(GapFree(log, subscription, segment));
            faults.AddRange(VisibilityTrue(log, subscription, segment));
            faults.AddRange(SnapshotConsistent(log, subscription, segment));
        }
        return faults;
    }

    /// <summary>
    /// Acknowledged writes are in the log: at the answered revision, with exactly what was pushed. No revision is the answer to two writes.
    /// </summary>
    public static IEnumerable<string> Acknowledged(LogTable log, IEnumerable<WriteRecord> writes)
    {
        var pushed = log.Rows.Where(row => row.Kind is 1 or 2).ToLookup(row => row.Revision, row => (row.Subject, row.Value!));
        var answered = new HashSet<long>();
        foreach (var write in writes)
        {
            if (!pushed[write.Revision].ToHashSet().SetEquals(write.Items))
            {
                yield return $"Revision {write.Revision}: acknowledged {Told(write.Items)}, the log has {Told(pushed[write.Revision])}";
            }

            if (!write.IsReplayed && !answered.Add(write.Revision))
            {
                yield return $"Revision {write.Revision} was acknowledged twice, the second time for {Told(write.Items)}";
            }
        }

        static string Told(IEnumerable<(string Key, string Value)> items) =>
            string.Join(
                ", ",
                items
                    .Select(item => $"{item.Key} = {(item.Value.Length > 40 ? item.Value[..40] + "…" : item.Value)}")
                    .DefaultIfEmpty("nothing"));
    }

    /// <summary>A write that was sent after `established` had come has a later position, so it is delivered.</summary>
    public static IEnumerable<string> LiveFromEstablished(StreamRecord stream, IEnumerable<WriteRecord> writes)
    {
        if (stream.Received.Count == 0 || stream.Received[0].Message.Established is not { } established)
        {
            return [];
        }

        return writes.Where(write => write.Sent > stream.Received[0].Moment && write.Revision <= established.Position.Revision)
            .Select(write => $"Live from {established.Position.Revision}, but {write.Revision} was sent after that was known");
    }

    /// <summary>The changes of a revision come in one message, or in pieces that say so. The position moves with the last piece.</summary>
    public static IEnumerable<string> Atomic(StreamRecord stream)
    {
        Changes? open = null;
        foreach (var changes in stream.Received.Select(received => received.Message.Changes).OfType<Changes>())
        {
            var (first, last) = (changes.Changes_[0].Revision, changes.Changes_[^1].Revision);
            if (open is not null && first != open.Changes_[^1].Revision)
            {
                yield return $"Revision {open.Changes_[^1].Revision} was to continue, {first} came";
            }

            if (changes.RevisionContinues == changes.Through is not null)
            {
                yield return $"Revision {last}: continues = {changes.RevisionContinues}, through = {changes.Through}";
            }

            if (changes.Through is { } through && through.Revision < last)
            {
                yield return $"Revision {last} delivered, through is {through.Revision}";
            }

            open = changes.RevisionContinues ? changes : null;
        }
    }

    /// <summary>Changes come in the order of the log, and no change comes twice.</summary>
    public static IEnumerable<string> Ordered(Segment segment)
    {
        var last = (segment.Base, Index: int.MaxValue);
        foreach (var change in segment.Delivered)
        {
            if ((change.Revision, change.Index).CompareTo(last) <= 0)
            {
                yield return $"{change.Revision}.{change.Index} after {last.Base}.{last.Index}";
            }

            last = (change.Revision, change.Index);
        }
    }

    /// <summary>A position covers what was delivered. It covers nothing that comes later and nothing that does not exist.</summary>
    public static IEnumerable<string> ProgressTrue(LogTable log, Segment segment)
    {
        var last = segment.Base;
        foreach (var (through, count) in segment.Marks)
        {
            if (through < last)
            {
                yield return $"Through goes back from {last} to {through}";
            }

            if (through > Math.Max(log.Head, segment.Base))
            {
                yield return $"Through {through} lies beyond the log's {log.Head}";
            }

            if (count < segment.Delivered.Count && segment.Delivered[count].Revision <= through)
            {
                yield return $"Through {through} told before {segment.Delivered[count].Revision} was delivered";
            }

            if (count > 0 && segment.Delivered[count - 1].Revision > through)
            {
                yield return $"Through {through} told after {segment.Delivered[count - 1].Revision}";
            }

            last = through;
        }
    }

    /// <summary>Every change that the subscriber may see, up to the position it was told, was delivered.</summary>
    public static IEnumerable<string> GapFree(LogTable log, Subscription subscription, Segment segment)
    {
        var delivered = segment.Delivered.Select(change => (change.Revision, change.Index)).ToHashSet();
        var records = Records(log, subscription, segment);
        foreach (var row in log.Rows.Where(row => row.Revision > segment.Base && row.Revision <= segment.Through))
        {
            if (records.All(record => subscription.See(row, record) is not null) && !delivered.Contains((row.Revision, row.Index)))
            {
                yield return $"{row.Revision}.{row.Index} ({row.Subject}) is missing";
            }

            if (row.Kind == 6 && row.Subject == subscription.Agent)
            {
                yield return $"{row.Revision} changed what {row.Subject} may see, and no reset came";
            }
        }
    }

    /// <summary>Each delivered change is in the log, belongs to the view, and tells no more than it may.</summary>
    public static IEnumerable<string> VisibilityTrue(LogTable log, Subscription subscription, Segment segment)
    {
        var rows = log.Rows.Where(row => row.Revision > segment.Base).ToDictionary(row => (row.Revision, row.Index));
        var records = Records(log, subscription, segment);
        foreach (var change in segment.Delivered)
        {
            var place = $"{change.Revision}.{change.Index} ({change.Kind} {change.Key})";
            if (!rows.TryGetValue((change.Revision, change.Index), out var row) || row.Subject != change.Key)
            {
                yield return $"{place} is not in the log";
            }
            else if (records.All(record => subscription.See(row, record) != change.Kind))
            {
                yield return $"{place} is not part of the view";
            }
            else if (TellsTooMuch(subscription, change, row))
            {
                yield return $"{place} tells {change.Item}, the log has {row.Value}";
            }
        }
    }

    /// <summary>A snapshot holds the items of the view at its revision, in order.</summary>
    public static IEnumerable<string> SnapshotConsistent(LogTable log, Subscription subscription, Segment segment)
    {
        if (segment.Snapshot is null)
        {
            yield break;
        }

        var keys = segment.Snapshot.Select(item => item.Key).ToList();
        if (!keys.SequenceEqual(keys.Distinct().OrderBy(key => key, Utf8.Order)))
        {
            yield return "The snapshot's keys are not in order, each once";
        }

        var subscriptions = SubscriptionsAt(log, subscription, segment.Base);
        var expected = log.ItemsAt(segment.Base).Where(pair => subscription.Holds(pair.Key, pair.Value.Now, subscriptions)).ToDictionary();
        foreach (var item in segment.Snapshot)
        {
            if (!expected.Remove(item.Key, out var row))
            {
                yield return $"The snapshot at {segment.Base} has {item.Key}, the view has not";
            }
            else if (item.Revision != row.Revision || item.ValueJson != (subscription.IsKeysOnly ? "" : row.Value))
            {
                yield return $"The snapshot at {segment.Base} has {item}, the log has {row.Value} of {row.Revision}";
            }
        }
        // The item may be past its time while the log does not say so yet.
        foreach (var missing in expected.Values.Where(row => !row.Expires))
        {
            yield return $"The snapshot at {segment.Base} lacks {missing.Subject}";
        }
    }

    private static bool TellsTooMuch(Subscription subscription, Change change, LogRow row)
    {
        if (change.Kind is ChangeKind.Removed or ChangeKind.Expired or ChangeKind.LeftView or ChangeKind.AgentChanged)
        {
            return change.Item is not null;
        }

        if (change.Item is not { } item || item.Key != row.Subject || item.Revision != row.Revision)
        {
            return true;
        }

        return item.ContentCase == Item.ContentOneofCase.None
            ? !row.Expires && !subscription.IsKeysOnly
            : item.ValueJson != row.Value || subscription.IsKeysOnly;
    }

    // The agent's subscriptions at any time that counts for the segment. A stream that lags goes by what the agent may see when the stream
    // reads. So a later loss may already hold for earlier rows; the reset that follows corrects this.
    private static List<IReadOnlySet<string>> Records(LogTable log, Subscription subscription, Segment segment) =>
        subscription.Agent is not { } agent
            ? [new HashSet<string>()]
            : [
                SubscriptionsAt(log, subscription, segment.Base),
                .. log.ChangesOf(agent, segment.Base)
                    .Where(row => row.Revision <= (segment.ResetAt ?? long.MaxValue))
                    .Select(LogTable.Subscriptions),
            ];

    private static IReadOnlySet<string> SubscriptionsAt(LogTable log, Subscription subscription, long revision) =>
        subscription.Agent is { } agent ? log.SubscriptionsAt(agent, revision) : new HashSet<string>();
}
