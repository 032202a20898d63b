namespace Syntha.Client;

/// <summary>Which items <see cref="ContextMesh.ListAsync"/> lists. All conditions must hold. Immutable.</summary>
public sealed record ListFilter
{
    /// <summary>The agent whose view is listed. <see langword="null"/> (default): the owner, who sees all.</summary>
    public string? AgentName { get; init; }

    /// <summary>Only items that carry this topic. <see langword="null"/> (default): all.</summary>
    public string? Topic { get; init; }

    /// <summary>Only keys that begin with this text, taken literally. Empty (default): all.</summary>
    public string KeyPrefix { get; init; } = string.Empty;

    /// <summary>
    /// Only keys that match this pattern as a whole: <c>*</c> stands for any run of characters (also across <c>/</c>), <c>?</c> for one
    /// character, <c>[a-z]</c> for one of a class, <c>[!a-z]</c> for one that is not in it. Case-sensitive. There is no escape:
    /// <c>[*]</c> takes a sign literally. At most 1,024 characters. <see langword="null"/> (default): all.
    /// </summary>
    public string? KeyGlob { get; init; }

    /// <summary>
    /// Whether to leave the values out. <see cref="ContextItem.HasValue"/> is then <see langword="false"/>. Default:
    /// <see langword="false"/>.
    /// </summary>
    public bool KeysOnly { get; init; }

    /// <summary>
    /// How many items one request fetches: 1 to 1,000, with <see cref="KeysOnly"/> 1 to 10,000. 0 (default): the server's choice, 100, with
    /// <see cref="KeysOnly"/> 1,000. It does not limit how many items are listed.
    /// </summary>
    public int PageSize { get; init; }
}
