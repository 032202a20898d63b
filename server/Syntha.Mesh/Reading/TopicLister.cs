using Syntha.Mesh.State;

namespace Syntha.Mesh.Reading;

/// <summary>Decides which topics exist, for listing, discovery, deletion and statistics alike.</summary>
internal static class TopicLister
{
    public static TopicPage List(MeshState state, MeshView view, string? after, int maxTopics)
    {
        var page = Existing(state, view, after).Take(maxTopics + 1).ToList();
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

    /// <summary>
    /// The topics that exist, after one of them, in byte order. A topic exists when an agent subscribes to it, or an item that the caller
    /// can read carries it.
    /// </summary>
    public static IEnumerable<TopicName> Existing(MeshState state, MeshView view, string? after)
    {
        var carried = view.IsOwner ? null : CarriedFor(state, view);
        foreach (var topic in SortedKeys.From(state.Topics, after is null ? null : TopicName.Trusted(after)))
        {
            if (state.Subscribers.ContainsKey(topic) || (carried?.Contains(topic) ?? IsCarried(state, view, topic)))
            {
                yield return topic;
            }
        }
    }

    /// <summary>How many topics exist. For the owner it looks only at the topics of items that are due.</summary>
    public static long Count(MeshState state, MeshView view) => view.IsOwner
        ? state.Topics.Count - state.Due(view.Now)
            .SelectMany(item => item.Readers.Topics)
            .Distinct()
            .LongCount(topic => !state.Subscribers.ContainsKey(topic) && !IsCarried(state, view, topic))
        : Existing(state, view, after: null).LongCount();

    private static bool IsCarried(MeshState state, MeshView owner, TopicName topic)
    {
        foreach (var key in state.KeysOf(Audience.Topic(topic)))
        {
            if (owner.Shows(key))
            {
                return true;
            }
        }

        return false;
    }

    // Looks at the items that the agent can read, and not at those of each topic: an item may carry hundreds of topics. So a page for an
    // agent costs a look at all that it can read, as any page of the user's costly work may.
    private static HashSet<TopicName> CarriedFor(MeshState state, MeshView agent)
    {
        var topics = new HashSet<TopicName>();
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
