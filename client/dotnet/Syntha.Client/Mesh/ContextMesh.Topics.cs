using System.Runtime.CompilerServices;


namespace Syntha.Client;

public sealed partial class ContextMesh
{
    private const int MostTopicsPerPage = 1_000;

    /// <summary>
    /// Sets the topics that an agent is subscribed to. The list replaces the former one. Mirrors <c>register_agent_topics</c>.
    /// </summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="topics">Its topics from now on, at most 1,000. The order is kept, and repeats are dropped. Empty: none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The agent's topics now, in their order.</returns>
    /// <exception cref="SynthaQuotaException">The user has used up the quota of agents or topics.</exception>
    public async Task<IReadOnlyList<string>> RegisterAgentTopicsAsync(
        string agentName,
        IEnumerable<string> topics,
        CancellationToken cancellationToken = default)
    {
        var requestId = Requests.NewId();
        var request = new V1.RegisterAgentTopicsRequest
        {
            Agent = WireText.Checked(agentName, nameof(agentName)),
            Topics = { WireText.Checked(topics, nameof(topics)) },
            RequestId = requestId.ToString(),
        };
        var response = await calls.WriteAsync(calls.Mesh.RegisterAgentTopicsAsync, request, requestId, cancellationToken)
            .ConfigureAwait(false);
        return [.. response.Topics];
    }

    /// <summary>
    /// Takes topics from an agent's subscriptions. Topics that it is not subscribed to are ignored. Mirrors <c>unsubscribe_from_topics</c>.
    /// </summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="topics">The topics to take from it, at most 1,000.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The agent's topics now, in their order.</returns>
    public async Task<IReadOnlyList<string>> UnsubscribeFromTopicsAsync(
        string agentName,
        IEnumerable<string> topics,
        CancellationToken cancellationToken = default)
    {
        var requestId = Requests.NewId();
        var request = new V1.UnsubscribeFromTopicsRequest
        {
            Agent = WireText.Checked(agentName, nameof(agentName)),
            Topics = { WireText.Checked(topics, nameof(topics)) },
            RequestId = requestId.ToString(),
        };
        var response = await calls.WriteAsync(calls.Mesh.UnsubscribeFromTopicsAsync, request, requestId, cancellationToken)
            .ConfigureAwait(false);
        return [.. response.Topics];
    }

    /// <summary>Tells the topics that an agent is subscribed to. Mirrors <c>get_topics_for_agent</c>.</summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The topics in the order of subscription. Empty for an unknown agent.</returns>
    public async Task<IReadOnlyList<string>> GetTopicsForAgentAsync(string agentName, CancellationToken cancellationToken = default)
    {
        var request = new V1.GetAgentTopicsRequest { Agent = WireText.Checked(agentName, nameof(agentName)) };
        return [.. (await calls.ReadAsync(calls.Mesh.GetAgentTopicsAsync, request, cancellationToken).ConfigureAwait(false)).Topics];
    }

    /// <summary>
    /// Tells the agents that are subscribed to a topic. Mirrors <c>get_subscribers_for_topic</c>. The contract has only the list of all
    /// topics, so this reads the list up to the topic.
    /// </summary>
    /// <param name="topic">The topic: 1 to 512 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The agents in the order of subscription. Empty for an unknown topic.</returns>
    public async Task<IReadOnlyList<string>> GetSubscribersForTopicAsync(string topic, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        await foreach (var listed in ListTopicsAsync(agentName: null, cancellationToken).ConfigureAwait(false))
        {
            if (listed.Name == topic)
            {
                return listed.Subscribers;
            }
        }

        return [];
    }

    /// <summary>
    /// Lists the topics that exist: an agent is subscribed to them, or a live item carries them. Mirrors <c>get_all_topics</c>.
    /// </summary>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The topics in the byte order of their names.</returns>
    public async Task<IReadOnlyList<string>> GetAllTopicsAsync(CancellationToken cancellationToken = default)
    {
        var names = new List<string>();
        await foreach (var topic in ListTopicsAsync(agentName: null, cancellationToken).ConfigureAwait(false))
        {
            names.Add(topic.Name);
        }

        return names;
    }

    /// <summary>Lists the topics with their subscribers, in the byte order of their names. It fetches page by page.</summary>
    /// <param name="agentName">
    /// The agent whose view is listed. For an agent, a topic that only items carry exists when the agent can read one of them.
    /// <see langword="null"/>: the owner.
    /// </param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The topics.</returns>
    public async IAsyncEnumerable<ContextTopic> ListTopicsAsync(
        string? agentName = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new V1.ListTopicsRequest { PageSize = MostTopicsPerPage };
        WireText.SetIfGiven(agentName, nameof(agentName), agent => request.AsAgent = agent);
        do
        {
            var page = await calls.ReadAsync(calls.Mesh.ListTopicsAsync, request, cancellationToken).ConfigureAwait(false);
            foreach (var topic in page.Topics)
            {
                yield return new ContextTopic(topic);
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>
    /// Removes a topic from every subscription, and from the items that carry it. An item that has only this topic is removed. An item with
    /// other topics keeps those. It acts on all items of the topic, also on those that the acting agent cannot read. Mirrors
    /// <c>delete_topic</c>.
    /// </summary>
    /// <param name="topic">The topic: 1 to 512 bytes of UTF-8.</param>
    /// <param name="options">Who asks. <see langword="null"/>: the owner.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many live items were removed. 0 for an unknown topic.</returns>
    public async Task<long> DeleteTopicAsync(string topic, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var requestId = Requests.IdOf(options);
        var request = new V1.DeleteTopicRequest { Topic = WireText.Checked(topic, nameof(topic)), RequestId = requestId.ToString() };
        WireText.SetIfGiven(options?.AgentName, nameof(options), agent => request.AsAgent = agent);
        return (await calls.WriteAsync(calls.Mesh.DeleteTopicAsync, request, requestId, cancellationToken).ConfigureAwait(false))
            .RemovedItems;
    }
}
