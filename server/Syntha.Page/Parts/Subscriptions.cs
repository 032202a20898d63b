using Syntha.Page.Access;

namespace Syntha.Page.Parts;

/// <summary>Which agent is subscribed to which topic, and which topics there are. Not thread-safe.</summary>
public sealed class Subscriptions
{
    // They bound memory, to about half a megabyte. A topic counts as one pair more.
    private const int MaxPairs = 10_000;
    private const int PageSize = 100;

    private readonly Dictionary<string, List<string>> agentsOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> topicsOf = new(StringComparer.Ordinal);
    private int pairs;

    /// <summary>Whether there are more than are known here.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The topics, also those without subscribers.</summary>
    public IReadOnlyCollection<string> Topics => agentsOf.Keys;

    /// <summary>The agents that are subscribed to a topic.</summary>
    public IReadOnlyCollection<string> Agents => topicsOf.Keys;

    /// <summary>Reads them from the mesh, as the reader of the page may see them.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    public static async Task<Subscriptions> ReadAsync(MeshClient mesh, CancellationToken cancellationToken)
    {
        var read = new Subscriptions();
        var token = "";
        do
        {
            var page = await mesh.ListTopicsAsync(new() { PageSize = PageSize, PageToken = token }, cancellationToken);
            foreach (var topic in page.Topics)
            {
                read.Add(topic.Name, topic.Subscribers);
            }

            token = page.NextPageToken;
        }
        while (token.Length > 0 && !read.IsCut);

        return read;
    }

    public bool IsSubscribed(string agent, string topic) => topicsOf.TryGetValue(agent, out var topics) && topics.Contains(topic);

    public IReadOnlyList<string> SubscribersOf(string topic) => agentsOf.TryGetValue(topic, out var agents) ? agents : [];

    public IReadOnlyCollection<string> TopicsOf(string agent) => topicsOf.TryGetValue(agent, out var topics) ? topics : [];

    /// <summary>Adds a topic with the agents that are subscribed to it.</summary>
    public void Add(string topic, IReadOnlyCollection<string> agents)
    {
        if (!agentsOf.ContainsKey(topic))
        {
            if (pairs >= MaxPairs)
            {
                IsCut = true;
                return;
            }

            agentsOf[topic] = [];
            pairs++;
        }

        foreach (var agent in agents)
        {
            Pair(agent, topic);
        }
    }

    /// <summary>Sets what an agent is subscribed to from now on.</summary>
    public void Set(string agent, IReadOnlyCollection<string> topics)
    {
        if (topicsOf.Remove(agent, out var former))
        {
            foreach (var topic in former)
            {
                var agents = agentsOf[topic];
                agents.Remove(agent);
                pairs--;
                if (agents.Count == 0)
                {
                    // Where items carry it, they tell so themselves.
                    agentsOf.Remove(topic);
                    pairs--;
                }
            }
        }

        foreach (var topic in topics)
        {
            Add(topic, [agent]);
        }
    }

    private void Pair(string agent, string topic)
    {
        if (pairs >= MaxPairs)
        {
            IsCut = true;
            return;
        }

        if (!topicsOf.TryGetValue(agent, out var topics))
        {
            topicsOf[agent] = topics = new(StringComparer.Ordinal);
        }

        if (topics.Add(topic))
        {
            agentsOf[topic].Add(agent);
            pairs++;
        }
    }
}
