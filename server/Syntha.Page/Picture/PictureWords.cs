using Syntha.Page.Parts;

namespace Syntha.Page.Picture;

/// <summary>The picture in words.</summary>
internal static class PictureWords
{
    public static string Name(PictureThing thing) => thing.Kind switch
    {
        PictureKind.Owner => "the owner",
        PictureKind.Everybody => "all agents",
        PictureKind.Named => "named agents",
        _ => Wording.Name(thing.Name),
    };

    public static string Kind(PictureKind kind) => kind switch
    {
        PictureKind.Owner => "the owner writes",
        PictureKind.Agent => "agent",
        PictureKind.Topic => "topic",
        PictureKind.Everybody => "global items, which every agent reads",
        _ => "items that name the agents that read them",
    };

    /// <summary>What is not drawn. Empty: all is.</summary>
    public static string Hidden((int Writers, int Topics, int Readers, int Edges) hidden)
    {
        var parts = new List<string>();
        Add(parts, hidden.Writers, "writer");
        Add(parts, hidden.Topics, "topic");
        Add(parts, hidden.Readers, "reader");
        Add(parts, hidden.Edges, "line");
        return parts.Count == 0 ? "" : $"The busiest are drawn. Not drawn: {string.Join(", ", parts)}.";
    }

    private static void Add(List<string> parts, int count, string one)
    {
        if (count > 0)
        {
            parts.Add($"{Wording.Number(count)} {one}{(count == 1 ? "" : "s")}");
        }
    }
}
