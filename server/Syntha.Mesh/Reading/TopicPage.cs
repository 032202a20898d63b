namespace Syntha.Mesh.Reading;

/// <summary>A page of topics.</summary>
/// <param name="Topics">In byte order.</param>
/// <param name="NextAfter">The topic after which the next page begins; null: there is no next page.</param>
public sealed record TopicPage(IReadOnlyList<TopicListing> Topics, string? NextAfter);

/// <summary>A topic and its subscribers in the order in which they subscribed.</summary>
public sealed record TopicListing(TopicName Name, ImmutableArray<AgentName> Subscribers);
