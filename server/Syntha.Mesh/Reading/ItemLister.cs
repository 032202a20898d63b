using Syntha.Mesh.State;

namespace Syntha.Mesh.Reading;

/// <summary>Lists items. It walks only through keys that the caller may be able to read, so others do not add to the cost.</summary>
internal static class ItemLister
{
    // The caller is looked after so often. The worst key takes a tenth of a millisecond.
    private const int KeysBetweenLooks = 256;
    private const int MaxMerged = 16;

    public static ItemPage List(MeshState state, MeshView view, ItemFilter filter, PageLimits limits)
    {
        var items = new List<ContextItem>();
        long bytes = 0;
        long work = 0;
        var looked = 0;
        var runs = Runs(state, view, filter, limits.After);
        var merging = new MergeWork();
        foreach (var key in runs.Count == 1 ? runs[0] : SortedKeys.Merge(runs, merging))
        {
            if (!key.Value.StartsWith(filter.Prefix, StringComparison.Ordinal))
            {
                break;
            }

            var found = state.FindLive(key, view.Now);
            if (found is not null && view.MayRead(found.Readers) && filter.Admits(found))
            {
                bytes += limits.SizeOf(found);
                if (items.Count == limits.MaxItems || (items.Count > 0 && bytes > limits.Bytes))
                {
                    return new(items, items[^1].Key.Value);
                }

                items.Add(found);
            }
            if (++looked % KeysBetweenLooks == 0)
            {
                view.ThrowIfCancelled();
            }

            work += 1 + filter.CostOf(key.Value, found?.Readers);
            if (work + merging.Steps >= PageLimits.MaxWork)
            {
                return new(items, key.Value);
            }
        }
        return new(items, null);
    }

    /// <summary>
    /// The keys that a caller may be able to read and that may pass a filter, in order. What is under a key is not looked at.
    /// </summary>
    public static IEnumerable<ContextKey> KeysOf(MeshState state, MeshView view, ItemFilter filter, string? after, MergeWork work)
    {
        var runs = Runs(state, view, filter, after);
        foreach (var key in runs.Count == 1 ? runs[0] : SortedKeys.Merge(runs, work))
        {
            if (!key.Value.StartsWith(filter.Prefix, StringComparison.Ordinal))
            {
                yield break;
            }

            yield return key;
        }
    }

    public static IEnumerable<ContextItem> AllReadable(MeshState state, MeshView view)
    {
        var looked = 0;
        foreach (var key in AllKeys(Runs(state, view, ItemFilter.All, after: null)))
        {
            if (++looked % KeysBetweenLooks == 0)
            {
                view.ThrowIfCancelled();
            }

            if (view.Find(key) is { } item)
            {
                yield return item;
            }
        }
    }

    // An item of many topics stands in many runs. To merge them would compare each of its entries with those of the other runs.
    private static IEnumerable<ContextKey> AllKeys(List<IEnumerable<ContextKey>> runs)
    {
        if (runs.Count == 1)
        {
            return runs[0];
        }

        if (runs.Count <= MaxMerged)
        {
            return SortedKeys.Merge(runs, new());
        }

        var keys = new HashSet<ContextKey>();
        foreach (var run in runs)
        {
            keys.UnionWith(run);
        }

        return keys.Order();
    }

    private static List<IEnumerable<ContextKey>> Runs(MeshState state, MeshView view, ItemFilter filter, string? after)
    {
        var sets = Audiences(view, filter) is { } audiences ? audiences.Select(state.KeysOf) : [state.Keys];
        return [.. sets.Where(set => !set.IsEmpty).Select(set => SortedKeys.From(set, filter.Prefix, after))];
    }

    // The audiences with the keys to look through. Null: all keys.
    private static IEnumerable<Audience>? Audiences(MeshView view, ItemFilter filter)
    {
        if (view.IsOwner)
        {
            return filter.Topics.IsEmpty ? null : filter.Topics.Select(Audience.Topic);
        }
        // An agent that is not subscribed to the topic may still read some of its items: global ones, its own, and those addressed to it.
        // So walk through all that it can read, and filter.
        return !filter.Topics.IsEmpty && filter.Topics.All(topic => view.Record?.IsSubscribedTo(topic) == true)
            ? filter.Topics.Select(Audience.Topic)
            : AudiencesOf(view);
    }

    private static IEnumerable<Audience> AudiencesOf(MeshView view)
    {
        var agent = view.Agent!.Value;
        yield return Audience.Global;
        yield return Audience.Author(agent);
        yield return Audience.Subscriber(agent);
        foreach (var topic in view.Record?.Topics ?? [])
        {
            yield return Audience.Topic(topic);
        }
    }
}

/// <summary>A page of items.</summary>
/// <param name="Items">The items, in the byte order of their keys.</param>
/// <param name="NextAfter">The key after which the next page begins. Null: there is no next page.</param>
public sealed record ItemPage(IReadOnlyList<ContextItem> Items, string? NextAfter);
