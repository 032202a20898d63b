using Syntha.Mesh.State;

namespace Syntha.Mesh.Reading;

/// <summary>Decides which topics exist, for listing, discovery, deletion and statistics alike.</summary>
internal static class TopicLister
{
    public static TopicPage List(MeshState state, MeshView view, string? after, int maxTopics)
    {
        var page = Existing(state, view)
            .Where(topic => after is null || Utf8Order.Instance.Compare(topic.Value, after) > 0)
            .Order()
            .Take(maxTopics + 1)
            .ToList();
        var listings = new List<TopicListing>();
        long bytes = 0;
        foreach (var topic in page.Take(maxTopics))
        {
            var listing = new TopicListing(topic, SubscribersOf(state, topic));
            bytes += 3L * (topic.Value.Length + listing.Subscribers.Sum(subscriber => subscriber.Value.Length + 2L));
            if (listings.Count > 0 && bytes > PageLimits.MaxBytes)
            {
                break;
            }

            listings.Add(listing);
        }
        return new(listings, listings.Count < page.Count ? listings[^1].Name.Value : null);
    }

    /// <summary>A topic exists when an agent subscribes to it, or an item that the caller can read carries it.</summary>
    public static IEnumerable<TopicName> Existing(MeshState state, MeshView view) => view.IsOwner
        ? state.Subscribers.Keys.Concat(state.Audiences.Keys
            .Where(audience => audience.Kind == AudienceKind.Topic)
            .Select(audience => TopicName.Trusted(audience.Name))
            .Where(topic => !state.Subscribers.ContainsKey(topic) && state.KeysOf(Audience.Topic(topic)).Any(view.Shows)))
        : ExistingFor(state, view);

    // Looks at the items that the agent can read, and not at those of each topic: an item may carry hundreds of topics.
    private static HashSet<TopicName> ExistingFor(MeshState state, MeshView agent)
    {
        var topics = state.Subscribers.Keys.ToHashSet();
        foreach (var item in ItemLister.AllReadable(state, agent))
        {
            foreach (var topic in item.Readers.Topics)
            {
                topics.Add(topic);
            }
        }
        return topics;
    }

    public static ImmutableArray<AgentName> SubscribersOf(MeshState state, TopicName topic) =>
        state.Subscribers.TryGetValue(topic, out var subscribers)
            ? [.. subscribers.Select(subscriber => subscriber.Agent)]
            : [];
}

/// <summary>A page of topics.</summary>
/// <param name="Topics">The topics, in byte order.</param>
/// <param name="NextAfter">The topic after which the next page begins. Null: there is no next page.</param>
public sealed record TopicPage(IReadOnlyList<TopicListing> Topics, string? NextAfter);

/// <summary>A topic and its subscribers in the order in which they subscribed.</summary>
public sealed record TopicListing(TopicName Name, ImmutableArray<AgentName> Subscribers);
