using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Syntha.Client;

public sealed partial class ContextMesh
{
    private const int MostKeysPerPage = 10_000;
    private const int MostItemsPerPage = 1_000;

    /// <summary>
    /// Lists items in the byte order of their keys, and fetches page by page while it is enumerated. The list is no snapshot: it may or may
    /// not show what is written meanwhile. It shows no key twice.
    /// </summary>
    /// <param name="filter">Which items. <see langword="null"/>: all, as the owner.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The items.</returns>
    /// <exception cref="SynthaInvalidArgumentException">The filter breaks a rule.</exception>
    public IAsyncEnumerable<ContextItem> ListAsync(ListFilter? filter = null, CancellationToken cancellationToken = default) =>
        ReadListAsync(filter, point: null, cancellationToken);

    internal async IAsyncEnumerable<ContextItem> ReadListAsync(
        ListFilter? filter, V1.ReadPoint? point, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = Requests.List(filter ?? new ListFilter());
        request.ReadPoint = point;
        do
        {
            var page = await calls.ReadAsync(calls.Mesh.ListAsync, request, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                yield return new ContextItem(item, jsonOptions);
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Reads everything that an agent may read. Mirrors <c>get_all_for_agent</c>.</summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The values by key, in the byte order of the keys. A JSON <c>null</c> is a value.</returns>
    public async Task<IReadOnlyDictionary<string, JsonElement>> GetAllForAgentAsync(
        string agentName,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(agentName);
        var values = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        var filter = new ListFilter { AgentName = agentName, PageSize = MostItemsPerPage };
        await foreach (var item in ListAsync(filter, cancellationToken).ConfigureAwait(false))
        {
            values[item.Key] = item.Value;
        }

        return values;
    }

    /// <summary>Lists the keys of everything that an agent may read. Mirrors <c>get_keys_for_agent</c>.</summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The keys in byte order, also those with a JSON <c>null</c>.</returns>
    public async Task<IReadOnlyList<string>> GetKeysForAgentAsync(string agentName, CancellationToken cancellationToken = default)
    {
        var keys = new List<string>();
        await foreach (var item in KeysForAgentAsync(agentName, cancellationToken).ConfigureAwait(false))
        {
            keys.Add(item.Key);
        }

        return keys;
    }

    /// <summary>
    /// Lists the keys that an agent may read, by the topics that it is subscribed to. Mirrors <c>get_available_keys_by_topic</c>. It makes
    /// several reads: a write in between may show in one and not in the other.
    /// </summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>
    /// Each of the agent's topics, in the order of subscription, with the readable keys that carry it. Then <c>other</c> with the readable
    /// keys that carry none of them; it is absent when there are none. A key with several topics is under each of them.
    /// </returns>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> GetAvailableKeysByTopicAsync(
        string agentName,
        CancellationToken cancellationToken = default)
    {
        const string Other = "other";
        var lists = new OrderedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var topic in await GetTopicsForAgentAsync(agentName, cancellationToken).ConfigureAwait(false))
        {
            lists.Add(topic, []);
        }

        var rest = new List<string>();
        await foreach (var item in KeysForAgentAsync(agentName, cancellationToken).ConfigureAwait(false))
        {
            var topics = item.Topics.Where(lists.ContainsKey).ToList();
            topics.ForEach(topic => lists[topic].Add(item.Key));
            if (topics.Count == 0)
            {
                rest.Add(item.Key);
            }
        }

        if (rest.Count > 0 && !lists.TryAdd(Other, rest))
        {
            // A topic may have this very name. Its list then holds both.
            lists[Other].AddRange(rest);
        }

        var byTopic = new OrderedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (topic, keys) in lists)
        {
            byTopic.Add(topic, keys);
        }

        return byTopic;
    }

    private IAsyncEnumerable<ContextItem> KeysForAgentAsync(string agentName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(agentName);
        return ListAsync(new() { AgentName = agentName, KeysOnly = true, PageSize = MostKeysPerPage }, cancellationToken);
    }
}
