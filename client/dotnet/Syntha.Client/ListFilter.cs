namespace Syntha.Client;

/// <summary>Which items <see cref="ContextMesh.ListAsync"/> lists; all conditions must hold. Immutable.</summary>
public sealed record ListFilter
{
    /// <summary>The agent whose view is listed. <see langword="null"/> (default): the owner, who sees all.</summary>
    public string? AgentName { get; init; }

    /// <summary>Only items that carry this topic. <see langword="null"/> (default): all.</summary>
    public string? Topic { get; init; }

    /// <summary>Only keys that begin with this text, taken literally. Empty (default): all.</summary>
    public string KeyPrefix { get; init; } = string.Empty;

    /// <summary>
    /// Only keys that match this pattern as a whole: <c>*</c> any run (also across <c>/</c>), <c>?</c> one character, <c>[a-z]</c> one
    /// of a class, <c>[!a-z]</c> one not of it. Case-sensitive, without an escape (<c>[*]</c> takes a sign literally), at most 1,024
    /// characters. <see langword="null"/> (default): all.
    /// </summary>
    public string? KeyGlob { get; init; }

    /// <summary>
    /// Whether to leave the values out; the items then answer <see langword="false"/> to <see cref="ContextItem.HasValue"/>.
    /// Default: <see langword="false"/>.
    /// </summary>
    public bool KeysOnly { get; init; }

    /// <summary>
    /// How many items one request fetches: 1 to 1,000 (with <see cref="KeysOnly"/> up to 10,000). 0 (default): the server's choice,
    /// 100. It does not limit how many items are listed.
    /// </summary>
    public int PageSize { get; init; }
}
