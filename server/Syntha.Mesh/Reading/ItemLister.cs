using Syntha.Mesh.State;

namespace Syntha.Mesh.Reading;

/// <summary>Lists items. It walks only through keys that the caller may be able to read, so others do not add to the cost.</summary>
internal static class ItemLister
{
    public static ItemPage List(MeshState state, MeshView view, ItemFilter filter, PageLimits limits)
    {
        var items = new List<ContextItem>();
        long bytes = 0;
        long work = 0;
        foreach (var key in Candidates(state, view, filter, limits.After))
        {
            if (!key.Value.StartsWith(filter.Prefix, StringComparison.Ordinal))
            {
                break;
            }

            if (view.Find(key) is { } item && filter.Admits(item))
            {
                bytes += limits.SizeOf(item);
                if (items.Count == limits.MaxItems || (items.Count > 0 && bytes > PageLimits.MaxBytes))
                {
                    return new(items, items[^1].Key.Value);
                }

                items.Add(item);
            }
            work += 1 + filter.CostOf(key);
            if (work >= PageLimits.MaxWork)
            {
                return new(items, key.Value);
            }
        }
        return new(items, null);
    }

    public static IEnumerable<ContextItem> AllReadable(MeshState state, MeshView view)
    {
        foreach (var key in Candidates(state, view, ItemFilter.All, after: null))
        {
            if (view.Find(key) is { } item)
            {
                yield return item;
            }
        }
    }

    private static IEnumerable<ContextKey> Candidates(MeshState state, MeshView view, ItemFilter filter, string? after)
    {
        var sets = Audiences(view, filter) is { } audiences ? audiences.Select(state.KeysOf) : [state.Keys];
        var runs = sets.Where(set => !set.IsEmpty).Select(set => SortedKeys.From(set, filter.Prefix, after)).ToList();
        return runs.Count == 1 ? runs[0] : SortedKeys.Merge(runs);
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
