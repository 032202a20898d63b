namespace Syntha.Mesh.State;

/// <summary>What an item is listed under. A kind and a name, never one composed text: no two audiences can meet.</summary>
internal readonly record struct Audience(AudienceKind Kind, string Name)
{
    public static Audience Global { get; } = new(AudienceKind.Global, "");

    public static Audience Author(AgentName agent) => new(AudienceKind.Author, agent.Value);

    public static Audience Subscriber(AgentName agent) => new(AudienceKind.Subscriber, agent.Value);

    public static Audience Topic(TopicName topic) => new(AudienceKind.Topic, topic.Value);

    /// <summary>All audiences of an item: those through which an agent may come to read it.</summary>
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
