namespace Syntha.Client;

/// <summary>What a patch may carry. Immutable.</summary>
public sealed record PatchOptions : WriteOptions
{
    /// <summary>
    /// The guard. <see langword="null"/> (default): the present value is patched, whichever it is. Otherwise: the item's revision must be
    /// this one. A guard that does not hold throws <see cref="SynthaConflictException"/>.
    /// </summary>
    public long? IfRevision { get; init; }
}
