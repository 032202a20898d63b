namespace Syntha.Mesh.Reading;

/// <summary>Which items a list holds; all conditions must hold.</summary>
/// <param name="Topic">Only items that carry it; null: any.</param>
/// <param name="Prefix">Only keys that begin with it, literally; empty: any.</param>
/// <param name="Glob">Only keys that match it as a whole; null: any.</param>
public sealed record ItemFilter(TopicName? Topic = null, string Prefix = "", KeyGlob? Glob = null)
{
    /// <summary>What it costs to look at a key, besides the looking: in units of one key.</summary>
    internal long CostOf(ContextKey key) => Glob is null ? 0 : (long)key.Value.Length * Glob.Length / 256;

    internal bool Admits(ContextItem item) =>
        (Topic is not { } topic || item.Readers.Topics.Contains(topic)) && (Glob is null || Glob.IsMatch(item.Key.Value));
}
