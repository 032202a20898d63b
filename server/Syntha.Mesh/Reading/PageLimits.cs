namespace Syntha.Mesh.Reading;

/// <summary>Where a page begins and how much it holds.</summary>
/// <param name="After">The last key of the page before; null: from the beginning.</param>
/// <param name="MaxItems">Items at most.</param>
/// <param name="SizeOf">Estimates what an item takes in the answer, in bytes; whatever the answer leaves out does not count.</param>
public sealed record PageLimits(string? After, int MaxItems, Func<ContextItem, long> SizeOf)
{
    /// <summary>Answers stay well under the 4 MiB that clients accept by default.</summary>
    public const long MaxBytes = 3 * 1024 * 1024 - 64 * 1024;

    /// <summary>
    /// How many keys one page looks at before it ends, even empty (a key costs more where a long glob is matched with it): a filter that
    /// matches next to nothing must not hold a thread for long.
    /// </summary>
    public const int MaxWork = 20_000;
}
