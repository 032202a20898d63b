namespace Syntha.Mesh.Items;

/// <summary>
/// Finds a topic in a long list at once. Items and agents may name hundreds of topics, and a list of many items compares them all.
/// Immutable.
/// </summary>
internal sealed class TopicIndex
{
    // A shorter list is searched as fast by going through it.
    private const int ShortList = 8;

    private readonly ImmutableArray<TopicName> indexed;
    private readonly HashSet<TopicName> set;

    private TopicIndex(ImmutableArray<TopicName> topics) => (indexed, set) = (topics, [.. topics]);

    /// <summary>Whether the list has the topic.</summary>
    /// <param name="topics">The list.</param>
    /// <param name="index">Where its owner keeps the index, which is made when it is needed. A copied owner may have another list.</param>
    /// <param name="topic">The topic.</param>
    public static bool Has(ImmutableArray<TopicName> topics, ref TopicIndex? index, TopicName topic)
    {
        if (topics.Length <= ShortList)
        {
            return topics.Contains(topic);
        }

        var present = Volatile.Read(ref index);
        if (present is null || present.indexed != topics)
        {
            present = new(topics);
            Volatile.Write(ref index, present);
        }
        return present.set.Contains(topic);
    }
}
