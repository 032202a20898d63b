namespace Syntha.Client;

/// <summary>What a removal may carry. Immutable.</summary>
public sealed record RemoveOptions : WriteOptions
{
    /// <summary>
    /// <see langword="null"/> (default): remove whatever is there. Otherwise the item's revision must be this one, or the call throws
    /// <see cref="SynthaConflictException"/>. 0: the key must not exist.
    /// </summary>
    public long? IfRevision { get; init; }
}
