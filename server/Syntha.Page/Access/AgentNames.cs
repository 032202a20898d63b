namespace Syntha.Page.Access;

/// <summary>
/// The agents of a mesh, as far as they can be known: subscribers of topics, and authors and readers of the first items. The contract has
/// no list of agents. Not thread-safe.
/// </summary>
public sealed class AgentNames
{
    /// <summary>So many agents are kept at most.</summary>
    public const int Max = 1_000;

    /// <summary>So many items are asked for their authors and readers.</summary>
    public const int MaxItems = 2_000;

    // A name has up to 512 bytes.
    private const int MaxChars = 128 * 1_024;
    private const int MaxTopics = 1_000;

    // A page may hold fewer entries than it was asked for.
    private const int MaxPages = 8;

    private readonly SortedDictionary<string, int> topics = new(StringComparer.Ordinal);
    private int chars;

    /// <summary>Whether there are more agents than are kept here.</summary>
    public bool IsCut { get; private set; }

    public int Count => topics.Count;

    /// <summary>The names that contain a text, in any case.</summary>
    /// <param name="text">The text. Empty: all names.</param>
    public IReadOnlyList<string> That(string text) =>
        [.. topics.Keys.Where(name => name.Contains(text, StringComparison.OrdinalIgnoreCase))];

    /// <summary>How many topics the agent is subscribed to, as far as it is known.</summary>
    public int TopicsOf(string name) => topics.GetValueOrDefault(name);

    /// <summary>Notes what was told about an agent.</summary>
    public void Note(string name, int subscribed)
    {
        if (topics.ContainsKey(name) || Add(name))
        {
            topics[name] = subscribed;
        }
    }

    /// <summary>Learns the agents of a mesh. A credential of an agent sees itself alone.</summary>
    /// <exception cref="Grpc.Core.RpcException">A call is refused.</exception>
    public static async Task<AgentNames> ReadAsync(MeshClient mesh, CancellationToken cancellationToken)
    {
        var names = new AgentNames();
        if (mesh.OnlyAgent is { } only)
        {
            names.Add(only);
            return names;
        }

        await names.ReadTopicsAsync(mesh, cancellationToken);
        await names.ReadItemsAsync(mesh, cancellationToken);
        return names;
    }

    private async Task ReadTopicsAsync(MeshClient mesh, CancellationToken cancellationToken)
    {
        var request = new ListTopicsRequest { PageSize = MaxTopics };
        for (var (page, read) = (0, 0); page < MaxPages && read < MaxTopics; page++)
        {
            var answer = await mesh.ListTopicsAsync(request, cancellationToken);
            read += answer.Topics.Count;
            foreach (var name in answer.Topics.SelectMany(topic => topic.Subscribers))
            {
                Note(name, TopicsOf(name) + 1);
            }

            if (answer.NextPageToken.Length == 0)
            {
                return;
            }

            request.PageToken = answer.NextPageToken;
        }

        IsCut = true;
    }

    private async Task ReadItemsAsync(MeshClient mesh, CancellationToken cancellationToken)
    {
        var request = new ListRequest { View = ItemView.Keys, PageSize = MaxItems };
        for (var (page, read) = (0, 0); page < MaxPages && read < MaxItems; page++)
        {
            var answer = await mesh.ListAsync(request, cancellationToken);
            read += answer.Items.Count;
            foreach (var item in answer.Items)
            {
                if (item.HasAuthor)
                {
                    Add(item.Author);
                }

                foreach (var reader in item.Subscribers)
                {
                    Add(reader);
                }
            }

            if (answer.NextPageToken.Length == 0)
            {
                return;
            }

            request.PageToken = answer.NextPageToken;
        }

        IsCut = true;
    }

    /// <returns>Whether the name is kept.</returns>
    private bool Add(string name)
    {
        if (topics.ContainsKey(name))
        {
            return true;
        }

        if (topics.Count >= Max || chars + name.Length > MaxChars)
        {
            IsCut = true;
            return false;
        }

        chars += name.Length;
        topics.Add(name, 0);
        return true;
    }
}
