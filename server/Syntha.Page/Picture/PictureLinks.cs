using Syntha.Page.Parts;

namespace Syntha.Page.Picture;

/// <summary>Who writes through what, and who reads through what, summed over the known items and the subscriptions.</summary>
public sealed class PictureLinks
{
    private readonly Dictionary<PictureThing, PictureWay> ways = [];
    private readonly Dictionary<PictureThing, int> written = [];

    private PictureLinks()
    {
    }

    /// <summary>The topics, and the two ways without a topic where items use them. In the order of their names.</summary>
    public IReadOnlyList<PictureWay> Ways { get; private set; } = [];

    public static PictureLinks Of(PictureMesh mesh)
    {
        var links = new PictureLinks();
        foreach (var item in mesh.Items)
        {
            var writer = WriterOf(item.Routing);
            links.written[writer] = links.written.GetValueOrDefault(writer) + 1;
            foreach (var thing in WaysOf(item.Routing))
            {
                links.Way(thing).Wrote(writer);
            }

            if (item.Routing.Subscribers.Count > 0)
            {
                links.Way(new(PictureKind.Named)).Reads(item.Routing.Subscribers);
            }
        }

        foreach (var topic in mesh.Subscriptions.Topics)
        {
            var agents = mesh.Subscriptions.SubscribersOf(topic);
            // A topic without subscribers exists by items. It is here when its items are known, or when not all items are.
            if (agents.Count > 0 || mesh.IsCut)
            {
                links.Way(new(PictureKind.Topic, topic)).Reads(agents);
            }
        }

        links.Ways = [.. links.ways.Values.OrderBy(way => Rank(way.Thing.Kind)).ThenBy(way => way.Thing.Name, StringComparer.Ordinal)];
        return links;
    }

    /// <summary>What an item goes through.</summary>
    public static IEnumerable<PictureThing> WaysOf(ItemRouting item)
    {
        if (item.IsGlobal)
        {
            yield return new(PictureKind.Everybody);
        }

        foreach (var topic in item.Topics)
        {
            yield return new(PictureKind.Topic, topic);
        }

        if (item.Subscribers.Count > 0)
        {
            yield return new(PictureKind.Named);
        }
    }

    public static PictureThing WriterOf(ItemRouting item) =>
        item.Author is { } author ? new(PictureKind.Agent, author) : new(PictureKind.Owner);

    /// <summary>How many of the known items a writer wrote, each counted once, also when it goes through several topics.</summary>
    public int WrittenBy(PictureThing writer) => written.GetValueOrDefault(writer);

    public PictureWay? Find(PictureThing thing) => ways.GetValueOrDefault(thing);

    private static int Rank(PictureKind kind) => kind switch
    {
        PictureKind.Everybody => 0,
        PictureKind.Topic => 1,
        _ => 2,
    };

    private PictureWay Way(PictureThing thing) => ways.TryGetValue(thing, out var way) ? way : ways[thing] = new(thing);
}

/// <summary>A topic, or a way without one, with its writers and readers.</summary>
/// <param name="thing">What it is.</param>
public sealed class PictureWay(PictureThing thing)
{
    private readonly Dictionary<PictureThing, int> writers = [];
    private readonly HashSet<string> readers = new(StringComparer.Ordinal);

    public PictureThing Thing => thing;

    /// <summary>How many of the known items go through it.</summary>
    public int Items { get; private set; }

    /// <summary>Who wrote these items, with their numbers.</summary>
    public IReadOnlyDictionary<PictureThing, int> Writers => writers;

    /// <summary>The agents that read through it. Empty for what every agent reads.</summary>
    public IReadOnlyCollection<string> Readers => readers;

    public void Wrote(PictureThing writer)
    {
        Items++;
        writers[writer] = writers.GetValueOrDefault(writer) + 1;
    }

    public void Reads(IEnumerable<string> agents) => readers.UnionWith(agents);
}
