using Syntha.Page.Parts;

namespace Syntha.Page.Picture;

/// <summary>
/// Which nodes and lines are lit because a change has flowed through them within the last second. A class of styles starts an animation
/// only when it changes, so that there are two in turn. Not thread-safe.
/// </summary>
/// <param name="time">Tells when they go out.</param>
public sealed class PictureLights(TimeProvider time)
{
    // A light that is on is not started anew at each of many changes.
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(1);

    private Lit[] nodes = [];
    private Lit[] edges = [];

    /// <summary>Grows with each light that goes on or out.</summary>
    public int Version { get; private set; }

    /// <summary>Whether something is lit.</summary>
    public bool IsAnyOn { get; private set; }

    public string OfNode(int place) => Class(nodes[place]);

    public string OfEdge(int place) => Class(edges[place]);

    /// <summary>Another picture is drawn. Nodes that are in both stay lit.</summary>
    public void Move(PictureGraph from, PictureGraph to)
    {
        var moved = new Lit[to.Nodes.Count];
        for (var n = 0; n < moved.Length; n++)
        {
            var former = from.Find(to.Nodes[n].Column, to.Nodes[n].Thing);
            moved[n] = former >= 0 && former < nodes.Length ? nodes[former] : default;
        }

        (nodes, edges) = (moved, new Lit[to.Edges.Count]);
        Version++;
    }

    /// <summary>Lights the way of a change: its author, what it goes through, and those who read through it.</summary>
    public void Light(PictureGraph graph, PictureFlow flow)
    {
        var now = time.GetTimestamp();
        var writer = flow.IsWrite ? graph.Find(PictureColumn.Writers, PictureLinks.WriterOf(flow.Routing)) : -1;
        On(nodes, writer, now);
        foreach (var thing in PictureLinks.WaysOf(flow.Routing))
        {
            var way = graph.Find(PictureColumn.Ways, thing);
            if (way < 0)
            {
                continue;
            }

            On(nodes, way, now);
            foreach (var place in graph.EdgesOf[way])
            {
                var edge = graph.Edges[place];
                if (edge.To == way ? edge.From == writer : IsReader(graph.Nodes[edge.To].Thing.Name, thing, flow.Routing))
                {
                    On(edges, place, now);
                    On(nodes, edge.To, now);
                }
            }
        }
    }

    /// <summary>Puts out what was lit long enough.</summary>
    public void Fade()
    {
        var now = time.GetTimestamp();
        IsAnyOn = Out(nodes, now) | Out(edges, now);
    }

    private static bool IsReader(string agent, PictureThing way, ItemRouting item) =>
        way.Kind != PictureKind.Named || item.Subscribers.Contains(agent);

    private static string Class(Lit light) => !light.IsOn ? "" : light.IsOdd ? "lit-a" : "lit-b";

    private void On(Lit[] lights, int place, long now)
    {
        if (place >= 0 && (!lights[place].IsOn || time.GetElapsedTime(lights[place].Since, now) >= Again))
        {
            lights[place] = new(true, !lights[place].IsOdd, now);
            IsAnyOn = true;
            Version++;
        }
    }

    private bool Out(Lit[] lights, long now)
    {
        var isAnyOn = false;
        for (var n = 0; n < lights.Length; n++)
        {
            if (lights[n].IsOn && time.GetElapsedTime(lights[n].Since, now) >= Lasts)
            {
                lights[n] = lights[n] with { IsOn = false };
                Version++;
            }

            isAnyOn |= lights[n].IsOn;
        }

        return isAnyOn;
    }

    private readonly record struct Lit(bool IsOn, bool IsOdd, long Since);
}
