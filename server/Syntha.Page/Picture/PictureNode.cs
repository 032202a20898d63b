namespace Syntha.Page.Picture;

/// <summary>What a node of the picture stands for.</summary>
public enum PictureKind
{
    /// <summary>An agent.</summary>
    Agent,

    /// <summary>The owner, who writes without an agent's name.</summary>
    Owner,

    /// <summary>A topic.</summary>
    Topic,

    /// <summary>Items without routing, which every agent reads.</summary>
    Everybody,

    /// <summary>Items that name their readers.</summary>
    Named,
}

/// <summary>The columns of the picture, from left to right.</summary>
public enum PictureColumn
{
    /// <summary>Who writes.</summary>
    Writers,

    /// <summary>What it goes through.</summary>
    Ways,

    /// <summary>Who reads.</summary>
    Readers,
}

/// <summary>The agent, topic or item that is chosen in the picture.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name. Empty for what has none.</param>
public readonly record struct PictureThing(PictureKind Kind, string Name = "")
{
    /// <summary>The thing as the address has it.</summary>
    public string Text => Name.Length == 0 ? Kind.ToString() : $"{Kind}:{Name}";

    /// <returns>Null: it is none.</returns>
    public static PictureThing? Read(string? text)
    {
        var parts = (text ?? "").Split(':', 2);
        return Enum.TryParse<PictureKind>(parts[0], out var kind) && Enum.IsDefined(kind)
            ? new(kind, parts.Length > 1 ? parts[1] : "")
            : null;
    }
}

/// <summary>A node with its place.</summary>
/// <param name="Thing">What it stands for.</param>
/// <param name="Column">Where it stands.</param>
/// <param name="Y">Its upper edge.</param>
/// <param name="Note">A few words on it.</param>
public sealed record PictureNode(PictureThing Thing, PictureColumn Column, int Y, string Note);

/// <summary>A line from one node to another, by their places in the list of nodes.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Weight">How thick it is: 1 to 3.</param>
public sealed record PictureEdge(int From, int To, int Weight);
