namespace Syntha.Mesh.Reading;

/// <summary>A key of which one caller sees something else in one view than in another.</summary>
/// <param name="Before">The item in the first view. Null: there is none.</param>
/// <param name="After">The item in the second view. Null: there is none.</param>
public readonly record struct ItemDifference(ContextItem? Before, ContextItem? After)
{
    public ContextKey Key => (Before ?? After)!.Key;

    /// <summary>One page of the keys whose items differ, in byte order: what the lists of the two views would tell.</summary>
    /// <param name="before">The first view.</param>
    /// <param name="after">The second view, of the same caller.</param>
    /// <param name="filter">Selects the items, in each view by itself.</param>
    /// <param name="limits">The beginning and the size of the page.</param>
    /// <exception cref="OperationCanceledException">The caller does not wait any more.</exception>
    public static DifferencePage List(MeshView before, MeshView after, ItemFilter filter, PageLimits limits)
    {
        const int keysBetweenLooks = 256;
        var page = new List<ItemDifference>();
        var (bytes, work, looked) = (0L, 0L, 0);
        var merging = new MergeWork();
        IEnumerable<ContextKey>[] runs =
        [
            ItemLister.KeysOf(before.State, before, filter, limits.After, merging),
            ItemLister.KeysOf(after.State, after, filter, limits.After, merging),
        ];
        foreach (var key in SortedKeys.Merge(runs, merging))
        {
            var (one, other) = (Find(before, key, filter), Find(after, key, filter));
            if (one?.Place != other?.Place)
            {
                bytes += (one is null ? 0 : limits.SizeOf(one)) + (other is null ? 0 : limits.SizeOf(other));
                if (page.Count == limits.MaxItems || (page.Count > 0 && bytes > limits.Bytes))
                {
                    return new(page, page[^1].Key.Value);
                }

                page.Add(new(one, other));
            }
            if (++looked % keysBetweenLooks == 0)
            {
                after.ThrowIfCancelled();
            }

            work += 2 + filter.CostOf(key.Value, one?.Readers) + filter.CostOf(key.Value, other?.Readers);
            if (work + merging.Steps >= PageLimits.MaxWork)
            {
                return new(page, key.Value);
            }
        }
        return new(page, null);
    }

    private static ContextItem? Find(MeshView view, ContextKey key, ItemFilter filter) =>
        view.Find(key) is { } item && filter.Admits(item) ? item : null;
}

/// <summary>A page of differences.</summary>
/// <param name="Differences">The differences, in the byte order of their keys.</param>
/// <param name="NextAfter">The key after which the next page begins. Null: there is no next page.</param>
public sealed record DifferencePage(IReadOnlyList<ItemDifference> Differences, string? NextAfter);
