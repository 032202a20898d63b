namespace Syntha.Mesh.Reading;

/// <summary>The beginning and the size of a page.</summary>
/// <param name="After">The last key of the page before. Null: from the beginning.</param>
/// <param name="MaxItems">The most items.</param>
/// <param name="SizeOf">Estimates the bytes of an item in the answer. What the answer leaves out does not count.</param>
public sealed record PageLimits(string? After, int MaxItems, Func<ContextItem, long> SizeOf)
{
    /// <summary>Answers stay well under the 4 MiB that clients accept by default.</summary>
    public const long MaxBytes = 3 * 1024 * 1024 - 64 * 1024;

    /// <summary>
    /// A page ends after this many keys, even without an item, because a filter that matches almost nothing must not hold a thread for
    /// long. A key that is matched with a long glob counts for more.
    /// </summary>
    public const int MaxWork = 20_000;

    /// <summary>The bytes after which the page ends, by <see cref="SizeOf"/>. One item has room in any case.</summary>
    public long Bytes { get; init; } = MaxBytes;
}
