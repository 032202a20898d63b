using Syntha.Mesh.State;

namespace Syntha.Mesh.Reading;

/// <summary>Lists items by walking only through keys that the caller may come to read: the cost does not depend on what it may not.</summary>
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
                break;
            if (view.Find(key) is { } item && filter.Admits(item))
            {
                bytes += limits.SizeOf(item);
                if (items.Count == limits.MaxItems || (items.Count > 0 && bytes > PageLimits.MaxBytes))
                    return new(items, items[^1].Key.Value);
                items.Add(item);
            }
            work += 1 + filter.CostOf(key);
            if (work >= PageLimits.MaxWork)
                return new(items, key.Value);
        }
        return new(items, null);
    }

    public static IEnumerable<ContextItem> AllReadable(MeshState state, MeshView view)
    {
        foreach (var key in Candidates(state, view, new ItemFilter(), after: null))
        {
            if (view.Find(key) is { } item)
                yield return item;
        }
    }

    private static IEnumerable<ContextKey> Candidates(MeshState state, MeshView view, ItemFilter filter, string? after)
    {
        if (view.IsOwner)
            return SortedKeys.From(filter.Topic is { } of ? state.KeysOf(Audience.Topic(of)) : state.Keys, filter.Prefix, after);
        if (filter.Topic is { } topic && view.Record?.IsSubscribedTo(topic) == true)
            return SortedKeys.From(state.KeysOf(Audience.Topic(topic)), filter.Prefix, after);
        // Not subscribed: whatever it can read of the topic it reads for another reason, so the way leads through what it can read.
        return SortedKeys.Merge(AudiencesOf(view).Select(audience => SortedKeys.From(state.KeysOf(audience), filter.Prefix, after)));
    }

    private static IEnumerable<Audience> AudiencesOf(MeshView view)
    {
        var agent = view.Agent!.Value;
        yield return Audience.Global;
        yield return Audience.Author(agent);
        yield return Audience.Subscriber(agent);
        foreach (var topic in view.Record?.Topics ?? [])
            yield return Audience.Topic(topic);
    }
}
