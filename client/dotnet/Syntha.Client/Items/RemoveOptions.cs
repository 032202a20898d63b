namespace Syntha.Client;

/// <summary>What a removal may carry. Immutable.</summary>
public sealed record RemoveOptions : WriteOptions
{
    /// <summary>
    /// The guard. <see langword="null"/> (default): the item is removed in any case. 0: the key must not exist. Otherwise: the item's
    /// revision must be this one. A guard that does not hold throws <see cref="SynthaConflictException"/>.
    /// </summary>
    public long? IfRevision { get; init; }
}
