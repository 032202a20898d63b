namespace Syntha.Mesh.Reading;

/// <summary>Walks through sorted sets of keys and topics.</summary>
internal static class SortedKeys
{
    /// <summary>The keys of a set that come after a key and do not stand below a prefix, in order.</summary>
    public static IEnumerable<ContextKey> From(ImmutableSortedSet<ContextKey> set, string prefix, string? after)
    {
        var start = after is not null && Utf8Order.Instance.Compare(after, prefix) >= 0
            ? PlaceAfter(set, ContextKey.Trusted(after))
            : PlaceFrom(set, ContextKey.Trusted(prefix));
        return FromPlace(set, start);
    }

    /// <summary>The topics of a set that come after one, in order. Null: all of them.</summary>
    public static IEnumerable<TopicName> From(ImmutableSortedSet<TopicName> set, TopicName? after) =>
        FromPlace(set, after is { } topic ? PlaceAfter(set, topic) : 0);

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

    // The set has no other way to begin in its middle. A step goes down the tree anew: 17 nodes of 100,000 keys, which are in the cache but
    // for the last few. Next to the look-up of the item, that is little.
    private static IEnumerable<T> FromPlace<T>(ImmutableSortedSet<T> set, int start)
    {
        for (var place = start; place < set.Count; place++)
        {
            yield return set[place];
        }
    }

    private static int PlaceAfter<T>(ImmutableSortedSet<T> set, T value)
    {
        var place = set.IndexOf(value);
        return place < 0 ? ~place : place + 1;
    }

    private static int PlaceFrom<T>(ImmutableSortedSet<T> set, T value)
    {
        var place = set.IndexOf(value);
        return place < 0 ? ~place : place;
    }
}

/// <summary>Counts the work of a merge. Used by one thread.</summary>
internal sealed class MergeWork
{
    public long Steps { get; set; }
}
