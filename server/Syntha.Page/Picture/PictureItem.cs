using Syntha.Page.Parts;

namespace Syntha.Page.Picture;

/// <summary>What the picture knows of an item.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Routing">What decides who reads it.</param>
/// <param name="Revision">The command that wrote it last.</param>
public sealed record PictureItem(string Key, ItemRouting Routing, long Revision)
{
    // What an item costs besides its texts, and a name that is shared, in characters.
    private const int Fixed = 120;
    private const int Shared = 4;

    /// <summary>Roughly how many characters it holds.</summary>
    public int Size => Fixed + Key.Length + (Shared * (Routing.Topics.Count + Routing.Subscribers.Count));
}
