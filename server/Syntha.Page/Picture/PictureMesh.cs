using Syntha.Page.Access;
using Syntha.Page.Parts;

namespace Syntha.Page.Picture;

/// <summary>
/// What the picture knows of a mesh: some items without their values, and who is subscribed to what. It is bounded, to about a megabyte: of
/// more items it knows the first ones by key, and those that changed last. Not thread-safe.
/// </summary>
/// <param name="maxItems">How many items it knows at most.</param>
/// <param name="maxSize">How many characters they have at most.</param>
public sealed class PictureMesh(int maxItems = 2_000, int maxSize = 300_000)
{
    private const int MaxNames = 5_000;

    private readonly Dictionary<string, LinkedListNode<PictureItem>> items = new(StringComparer.Ordinal);
    private readonly LinkedList<PictureItem> byAge = new();
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> others = new(StringComparer.Ordinal);
    private int size;

    /// <summary>The items that are known.</summary>
    public IEnumerable<PictureItem> Items => byAge;

    public int Count => items.Count;

    /// <summary>Whether the mesh has items that are not known.</summary>
    public bool IsCut { get; private set; }

    public Subscriptions Subscriptions { get; private set; } = new();

    /// <summary>Grows when the picture must be drawn anew.</summary>
    public int Version { get; private set; }

    /// <summary>Grows when something about an agent was set.</summary>
    public int AgentsVersion { get; private set; }

    /// <summary>Reads the mesh anew.</summary>
    public async Task ReadAsync(MeshClient mesh, CancellationToken cancellationToken)
    {
        var subscriptions = await Subscriptions.ReadAsync(mesh, cancellationToken);
        var page = await mesh.ListAsync(new() { View = ItemView.Keys, PageSize = maxItems }, cancellationToken);
        Subscriptions = subscriptions;
        items.Clear();
        byAge.Clear();
        (size, IsCut) = (0, false);
        Take(page);
        while (page.NextPageToken.Length > 0 && !IsCut && items.Count < maxItems)
        {
            page = await mesh.ListAsync(
                new() { View = ItemView.Keys, PageSize = maxItems, PageToken = page.NextPageToken }, cancellationToken);
            Take(page);
        }

        IsCut |= page.NextPageToken.Length > 0;
        Version++;
    }

    /// <summary>Takes a change.</summary>
    /// <returns>The routing that it flows along. Null: it says nothing about an item, or the item is not known.</returns>
    public PictureFlow? Take(Change change)
    {
        if (change.Kind == ChangeKind.AgentChanged)
        {
            Subscriptions.Set(Name(change.Key), [.. (change.Agent?.Topics ?? []).Select(Name)]);
            if (others.Count < MaxNames)
            {
                others.Add(Name(change.Key));
            }

            (Version, AgentsVersion) = (Version + 1, AgentsVersion + 1);
            return null;
        }

        // It is about a former version, and says nothing of the item.
        if (change.Kind == ChangeKind.Redacted)
        {
            return null;
        }

        var known = items.GetValueOrDefault(change.Key)?.Value;
        if (change.Item is not { } item)
        {
            if (known is null || known.Revision > change.Revision)
            {
                return null;
            }

            Remove(known);
            Version++;
            return new(known.Routing, IsWrite: false);
        }

        var taken = known is not null && Same(known.Routing, item)
            ? known with { Revision = item.Revision, Routing = known.Routing with { Expires = item.ExpireTime?.ToDateTimeOffset() } }
            : Known(item);
        if (known?.Revision > item.Revision)
        {
            return new(taken.Routing, IsWrite: true);
        }

        if (known is null || !Same(known.Routing, item))
        {
            Version++;
        }

        if (known is not null)
        {
            Remove(known);
        }

        Add(taken);
        return new(taken.Routing, IsWrite: true);
    }

    /// <summary>All agents that are known: those with subscriptions, those that wrote, and those that items name.</summary>
    public IEnumerable<string> Agents() => Subscriptions.Agents
        .Concat(others)
        .Concat(byAge.SelectMany(item => item.Routing.Subscribers))
        .Concat(byAge.Select(item => item.Routing.Author).OfType<string>())
        .Distinct()
        .Order(StringComparer.Ordinal);

    private static bool Same(ItemRouting known, Item item) => known.Author == (item.HasAuthor ? item.Author : null)
        && known.Topics.SequenceEqual(item.Topics) && known.Subscribers.SequenceEqual(item.Subscribers);

    private void Take(ListResponse page)
    {
        foreach (var item in page.Items)
        {
            if (items.Count == maxItems || size > maxSize)
            {
                IsCut = true;
                return;
            }

            Add(Known(item));
        }
    }

    private void Add(PictureItem item)
    {
        while (items.Count > 0 && (items.Count >= maxItems || size + item.Size > maxSize))
        {
            IsCut = true;
            Remove(byAge.First!.Value);
            Version++;
        }

        items[item.Key] = byAge.AddLast(item);
        size += item.Size;
    }

    private void Remove(PictureItem item)
    {
        if (items.Remove(item.Key, out var node))
        {
            byAge.Remove(node);
            size -= item.Size;
        }
    }

    private PictureItem Known(Item item) => new(
        item.Key,
        new(
            [.. item.Topics.Select(Name)], [.. item.Subscribers.Select(Name)], item.HasAuthor ? Name(item.Author) : null,
            item.ExpireTime?.ToDateTimeOffset()),
        item.Revision);

    /// <summary>The same text for the same name, so that names are held once.</summary>
    private string Name(string name)
    {
        if (names.TryGetValue(name, out var known))
        {
            return known;
        }

        if (names.Count >= MaxNames)
        {
            names.Clear();
        }

        return names[name] = name;
    }
}

/// <summary>A change on its way.</summary>
/// <param name="Routing">Where it goes.</param>
/// <param name="IsWrite">Whether the author has written just now.</param>
public sealed record PictureFlow(ItemRouting Routing, bool IsWrite);
