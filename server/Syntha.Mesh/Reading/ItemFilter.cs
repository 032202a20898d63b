namespace Syntha.Mesh.Reading;

/// <summary>Selects the items of a list. All conditions must hold.</summary>
/// <param name="Topics">Only items that carry one of these. Empty: any item.</param>
/// <param name="Prefix">Only keys that begin with this text. Empty: any key.</param>
/// <param name="Glob">Only keys that match it as a whole. Null: any key.</param>
public sealed record ItemFilter(ImmutableArray<TopicName> Topics = default, string Prefix = "", KeyGlob? Glob = null)
{
    // Looking at a key takes some 200 ns, a step of the matcher some 3 ns.
    private const int StepsPerUnit = 64;
    private const int TopicsPerUnit = 8;

    private TopicIndex? index;

    public ImmutableArray<TopicName> Topics { get; init; } = Topics.IsDefault ? [] : Topics;

    /// <summary>
    /// The additional cost of looking at an item: of matching its key, and of comparing its topics. The unit is the cost of looking at one
    /// key.
    /// </summary>
    internal long CostOf(string key, Readers? readers) =>
        (Glob is null ? 0 : (long)key.Length * Glob.StepsPerCharacter / StepsPerUnit) + ((readers?.Topics.Length ?? 0) / TopicsPerUnit);

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
            if (TopicIndex.Has(Topics, ref index, topic))
            {
                return true;
            }
        }
        return false;
    }
}
