namespace Syntha.Mesh.Reading;

/// <summary>Selects the items of a list. All conditions must hold.</summary>
/// <param name="Topics">Only items that carry one of these. Empty: any item.</param>
/// <param name="Prefix">Only keys that begin with this text. Empty: any key.</param>
/// <param name="Glob">Only keys that match it as a whole. Null: any key.</param>
public sealed record ItemFilter(ImmutableArray<TopicName> Topics = default, string Prefix = "", KeyGlob? Glob = null)
{
    public ImmutableArray<TopicName> Topics { get; init; } = Topics.IsDefault ? [] : Topics;

    /// <summary>The additional cost of matching a key. The unit is the cost of looking at one key.</summary>
    internal long CostOf(ContextKey key) => Glob is null ? 0 : (long)key.Value.Length * Glob.Length / 256;

    public static ItemFilter All { get; } = new();

    internal bool Admits(ContextItem item) => AdmitsTopics(item.Readers) && AdmitsKey(item.Key.Value);

    internal bool AdmitsKey(string key) => key.StartsWith(Prefix, StringComparison.Ordinal) && (Glob is null || Glob.IsMatch(key));

    internal bool AdmitsTopics(Readers readers)
    {
        if (Topics.IsEmpty)
        {
            return true;
        }

        foreach (var topic in readers.Topics)
        {
            if (Topics.Contains(topic))
            {
                return true;
            }
        }
        return false;
    }
}
