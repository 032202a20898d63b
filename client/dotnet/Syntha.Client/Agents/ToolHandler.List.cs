using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Syntha.Client;

public sealed partial class ToolHandler
{
    private const int MostKeysPerPage = 10_000;
    private const int MostItemsPerPage = 1_000;
    private const int MostTopicsPerPage = 1_000;

    /// <summary>Lists the keys that the agent can read. Mirrors <c>list_context_keys</c> of the seed.</summary>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The keys in byte order.</returns>
    public async Task<IReadOnlyList<string>> ListContextKeysAsync(CancellationToken cancellationToken = default)
    {
        var keys = new List<string>();
        var filter = new ListFilter { KeysOnly = true, PageSize = MostKeysPerPage };
        await foreach (var item in ListAsync(filter, cancellationToken).ConfigureAwait(false))
        {
            keys.Add(item.Key);
        }

        return keys;
    }

    /// <summary>
    /// Lists the topics that exist for the agent: an agent is subscribed to them, or an item that this agent can read carries them. Mirrors
    /// <c>list_topics</c> of the seed.
    /// </summary>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The topics in the byte order of their names.</returns>
    public async Task<IReadOnlyList<string>> ListTopicsAsync(CancellationToken cancellationToken = default)
    {
        var topics = new List<string>();
        var request = new V1.ListTopicsRequest { AsAgent = AgentName, PageSize = MostTopicsPerPage };
        do
        {
            var page = await calls.ReadAsync(calls.Tools.ListTopicsAsync, request, cancellationToken).ConfigureAwait(false);
            topics.AddRange(page.Topics.Select(topic => topic.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return topics;
    }

    /// <summary>Reads the items that carry a topic and that the agent can read. Mirrors <c>get_context_by_topic</c> of the seed.</summary>
    /// <param name="topic">The topic: 1 to 512 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The values by key, in the byte order of the keys.</returns>
    public Task<IReadOnlyDictionary<string, JsonElement>> GetContextByTopicAsync(
        string topic,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return ReadValuesAsync(new() { Topic = topic, PageSize = MostItemsPerPage }, cancellationToken);
    }

    /// <summary>
    /// Reads the items whose keys match a pattern and that the agent can read. Mirrors <c>get_context_pattern</c> of the seed.
    /// </summary>
    /// <param name="pattern">The pattern, see <see cref="ListFilter.KeyGlob"/>.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The values by key, in the byte order of the keys.</returns>
    public Task<IReadOnlyDictionary<string, JsonElement>> GetContextPatternAsync(
        string pattern,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return ReadValuesAsync(new() { KeyGlob = pattern, PageSize = MostItemsPerPage }, cancellationToken);
    }

    private async Task<IReadOnlyDictionary<string, JsonElement>> ReadValuesAsync(ListFilter filter, CancellationToken cancellationToken)
    {
        var values = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        await foreach (var item in ListAsync(filter, cancellationToken).ConfigureAwait(false))
        {
            values[item.Key] = item.Value;
        }

        return values;
    }

    private async IAsyncEnumerable<ContextItem> ListAsync(
        ListFilter filter,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = Requests.List(filter with { AgentName = AgentName });
        do
        {
            var page = await calls.ReadAsync(calls.Tools.ListContextAsync, request, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                yield return new ContextItem(item, jsonOptions);
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }
}
