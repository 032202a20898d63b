namespace Syntha.Mesh.State;

/// <summary>
/// A list that items stand in. It has a kind and a name, not one composed text, so that no two audiences can be confused. The kinds are the
/// conditions of <see cref="Readers"/>: a new condition there needs a kind here, or lists will not find its items.
/// </summary>
internal readonly record struct Audience(AudienceKind Kind, string Name)
{
    public static Audience Global { get; } = new(AudienceKind.Global, "");

    public static Audience Author(AgentName agent) => new(AudienceKind.Author, agent.Value);

    public static Audience Subscriber(AgentName agent) => new(AudienceKind.Subscriber, agent.Value);

    public static Audience Topic(TopicName topic) => new(AudienceKind.Topic, topic.Value);

    /// <summary>All audiences of an item. An agent can read the item only through one of them.</summary>
    public static IEnumerable<Audience> Of(Readers readers)
    {
        if (readers.IsGlobal)
        {
            yield return Global;
        }

        if (readers.Author is { } author)
        {
            yield return Author(author);
        }

        foreach (var topic in readers.Topics)
        {
            yield return Topic(topic);
        }

        foreach (var subscriber in readers.Subscribers)
        {
            yield return Subscriber(subscriber);
        }
    }
}

internal enum AudienceKind
{
    Global,
    Author,
    Subscriber,
    Topic,
}
