using Syntha.Page.Parts;

namespace Syntha.Page.Picture;

/// <summary>
/// The picture's layout: who writes on the left, topics in the middle, who reads on the right. The same mesh makes the same picture. It is
/// bounded: the busiest are drawn, and the rest is counted. Immutable.
/// </summary>
public sealed class PictureGraph
{
    public const int NodeWidth = 176;
    public const int NodeHeight = 34;
    public const int Width = 700;

    private const int MaxNodes = 40;
    private const int MaxEdges = 300;
    private const int Pitch = 44;
    private const int Top = 4;

    private readonly Dictionary<(PictureColumn Column, PictureThing Thing), int> places = [];

    private PictureGraph()
    {
    }

    public IReadOnlyList<PictureNode> Nodes { get; private set; } = [];

    public IReadOnlyList<PictureEdge> Edges { get; private set; } = [];

    /// <summary>The lines that begin or end at a node, by their places in <see cref="Edges"/>.</summary>
    public ILookup<int, int> EdgesOf { get; private set; } = Enumerable.Empty<int>().ToLookup(place => place);

    public int Height { get; private set; }

    /// <summary>How many writers, topics, readers and lines there are beyond those that are drawn.</summary>
    public (int Writers, int Topics, int Readers, int Edges) Hidden { get; private set; }

    /// <summary>The left edge of a column.</summary>
    public static int X(PictureColumn column) => (int)column * ((Width - NodeWidth) / 2);

    public static PictureGraph Of(PictureLinks links)
    {
        var ways = links.Ways
            .OrderByDescending(way => way.Thing.Kind is not PictureKind.Topic)
            .ThenByDescending(way => way.Items + way.Readers.Count)
            .ThenBy(way => way.Thing.Name, StringComparer.Ordinal)
            .Take(MaxNodes).ToHashSet();
        var drawn = links.Ways.Where(ways.Contains).ToList();
        var writers = Column(
            drawn.SelectMany((way, n) => way.Writers.Select(writer => (writer.Key, n, writer.Value))), out var moreWriters);
        var readers = Column(
            drawn.SelectMany((way, n) => way.Readers.Select(reader => (new PictureThing(PictureKind.Agent, reader), n, 1))),
            out var moreReaders);

        var rows = Math.Max(drawn.Count, Math.Max(writers.Count, readers.Count));
        var graph = new PictureGraph { Height = (2 * Top) + (rows * Pitch) };
        var nodes = new List<PictureNode>();
        graph.Place(nodes, PictureColumn.Writers, rows,
            [.. writers.Select(writer => (writer.Thing, Count(links.WrittenBy(writer.Thing), "item")))]);
        graph.Place(nodes, PictureColumn.Ways, rows, [.. drawn.Select(way => (way.Thing, Count(way.Items, "item")))]);
        graph.Place(nodes, PictureColumn.Readers, rows, [.. readers.Select(reader => (reader.Thing, ""))]);
        graph.Nodes = nodes;
        graph.Connect(drawn);
        graph.Hidden = (moreWriters, links.Ways.Count - drawn.Count, moreReaders, graph.Hidden.Edges);
        return graph;
    }

    /// <summary>Where a node is in the list of nodes. -1: it is not drawn.</summary>
    public int Find(PictureColumn column, PictureThing thing) => places.GetValueOrDefault((column, thing), -1);

    /// <summary>The line as the path of a curve.</summary>
    public string Path(PictureEdge edge)
    {
        var (from, to) = (Nodes[edge.From], Nodes[edge.To]);
        var (x1, x2) = (X(from.Column) + NodeWidth, X(to.Column));
        var (y1, y2) = (from.Y + (NodeHeight / 2), to.Y + (NodeHeight / 2));
        var middle = (x1 + x2) / 2;
        return string.Create(CultureInfo.InvariantCulture, $"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}");
    }

    /// <summary>The busiest, in the order of the middle of what they are connected to, so that few lines cross.</summary>
    private static List<(PictureThing Thing, int Sum)> Column(IEnumerable<(PictureThing Thing, int Way, int Count)> links, out int more)
    {
        var all = links.GroupBy(link => link.Thing)
            .Select(group => (Thing: group.Key, Sum: group.Sum(link => link.Count), Middle: group.Average(link => link.Way)))
            .ToList();
        more = Math.Max(0, all.Count - MaxNodes);
        return [.. all.OrderByDescending(one => one.Sum).ThenBy(one => one.Thing.Name, StringComparer.Ordinal).Take(MaxNodes)
            .OrderBy(one => one.Middle).ThenBy(one => one.Thing.Name, StringComparer.Ordinal)
            .Select(one => (one.Thing, one.Sum))];
    }

    private static string Count(int count, string one) => $"{Wording.Number(count)} {one}{(count == 1 ? "" : "s")}";

    private void Place(List<PictureNode> nodes, PictureColumn column, int rows, List<(PictureThing Thing, string Note)> things)
    {
        // A short column stands in the middle.
        var first = Top + ((rows - things.Count) * Pitch / 2);
        for (var n = 0; n < things.Count; n++)
        {
            places[(column, things[n].Thing)] = nodes.Count;
            nodes.Add(new(things[n].Thing, column, first + (n * Pitch), things[n].Note));
        }
    }

    private void Connect(List<PictureWay> drawn)
    {
        var all = new List<(PictureEdge Edge, int Count)>();
        foreach (var way in drawn)
        {
            var middle = Find(PictureColumn.Ways, way.Thing);
            all.AddRange(way.Writers.Select(writer => (Find(PictureColumn.Writers, writer.Key), writer.Value))
                .Where(writer => writer.Item1 >= 0)
                .Select(writer => (new PictureEdge(writer.Item1, middle, Weight(writer.Value)), writer.Value)));
            var readers = way.Thing.Kind == PictureKind.Everybody
                ? Nodes.Where(node => node.Column == PictureColumn.Readers).Select(node => node.Thing.Name)
                : way.Readers;
            all.AddRange(readers.Select(reader => Find(PictureColumn.Readers, new(PictureKind.Agent, reader)))
                .Where(reader => reader >= 0)
                .Select(reader => (new PictureEdge(middle, reader, 1), Math.Max(1, way.Items))));
        }

        Edges = [.. all.OrderByDescending(one => one.Count).ThenBy(one => one.Edge.From).ThenBy(one => one.Edge.To).Take(MaxEdges)
            .Select(one => one.Edge)];
        EdgesOf = Edges.SelectMany((edge, place) => new[] { (Node: edge.From, place), (Node: edge.To, place) })
            .ToLookup(end => end.Node, end => end.place);
        Hidden = Hidden with { Edges = all.Count - Edges.Count };
    }

    private static int Weight(int count) => count switch { < 3 => 1, < 20 => 2, _ => 3 };
}
