namespace Syntha.Mesh.Reading;

/// <summary>Walks through sorted sets of keys.</summary>
internal static class SortedKeys
{
    /// <summary>The keys of a set that come after a key and do not stand below a prefix, in order.</summary>
    public static IEnumerable<ContextKey> From(ImmutableSortedSet<ContextKey> set, string prefix, string? after)
    {
        var start = after is not null && Utf8Order.Instance.Compare(after, prefix) >= 0
            ? PlaceOf(set, ContextKey.Trusted(after), isExclusive: true)
            : PlaceOf(set, ContextKey.Trusted(prefix), isExclusive: false);
        for (var place = start; place < set.Count; place++)
        {
            yield return set[place];
        }
    }

    /// <summary>Merges sorted runs into one, with each key once.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="work">Counts the steps: one for each key of each run.</param>
    public static IEnumerable<ContextKey> Merge(IEnumerable<IEnumerable<ContextKey>> runs, MergeWork work)
    {
        var heads = new PriorityQueue<IEnumerator<ContextKey>, ContextKey>();
        try
        {
            foreach (var run in runs)
            {
                Advance(heads, run.GetEnumerator());
            }

            ContextKey? last = null;
            while (heads.TryDequeue(out var head, out var key))
            {
                work.Steps++;
                if (key != last)
                {
                    yield return key;
                }

                last = key;
                Advance(heads, head);
            }
        }
        finally
        {
            while (heads.TryDequeue(out var head, out _))
            {
                head.Dispose();
            }
        }
    }

    private static void Advance(PriorityQueue<IEnumerator<ContextKey>, ContextKey> heads, IEnumerator<ContextKey> run)
    {
        if (run.MoveNext())
        {
            heads.Enqueue(run, run.Current);
        }
        else
        {
            run.Dispose();
        }
    }

    private static int PlaceOf(ImmutableSortedSet<ContextKey> set, ContextKey key, bool isExclusive)
    {
        var place = set.IndexOf(key);
        return place < 0 ? ~place : isExclusive ? place + 1 : place;
    }
}

/// <summary>Counts the work of a merge. Used by one thread.</summary>
internal sealed class MergeWork
{
    public long Steps { get; set; }
}
