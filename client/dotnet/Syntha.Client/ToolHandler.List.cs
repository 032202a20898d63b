using System.Text.Json;

using Syntha.Client.Transport;

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
        var request = new V1.ListContextKeysRequest { AgentName = AgentName, PageSize = MostKeysPerPage };
        do
        {
            var page = await calls.ReadAsync(calls.Tools.ListContextKeysAsync, request, cancellationToken).ConfigureAwait(false);
            keys.AddRange(page.Keys);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return keys;
    }

    /// <summary>
    /// Lists the topics that exist for the agent: some agent is subscribed to them, or an item that it can read carries them. Mirrors
    /// <c>list_topics</c> of the seed.
    /// </summary>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The topics in the byte order of their names.</returns>
    public async Task<IReadOnlyList<string>> ListTopicsAsync(CancellationToken cancellationToken = default)
    {
        var topics = new List<string>();
        var request = new V1.ToolHandlerListTopicsRequest { AgentName = AgentName, PageSize = MostTopicsPerPage };
        do
        {
            var page = await calls.ReadAsync(calls.Tools.ListTopicsAsync, request, cancellationToken).ConfigureAwait(false);
            topics.AddRange(page.Topics.Select(topic => topic.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return topics;
    }

    /// <summary>
    /// Reads the items that carry a topic, as far as the agent can read them. Mirrors <c>get_context_by_topic</c> of the seed.
    /// </summary>
    /// <param name="topic">The topic: 1 to 512 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The values by key, in the byte order of the keys.</returns>
    public async Task<IReadOnlyDictionary<string, JsonElement>> GetContextByTopicAsync(
        string topic,
        CancellationToken cancellationToken = default)
    {
        var values = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        var request = new V1.GetContextByTopicRequest
        {
            AgentName = AgentName,
            Topic = WireText.Checked(topic, nameof(topic)),
            PageSize = MostItemsPerPage,
        };
        do
        {
            var page = await calls.ReadAsync(calls.Tools.GetContextByTopicAsync, request, cancellationToken).ConfigureAwait(false);
            AddValues(page.Items, values);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return values;
    }

    /// <summary>
    /// Reads the items whose keys match a pattern, as far as the agent can read them. Mirrors <c>get_context_pattern</c> of the seed.
    /// </summary>
    /// <param name="pattern">The pattern, see <see cref="ListFilter.KeyGlob"/>.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The values by key, in the byte order of the keys.</returns>
    public async Task<IReadOnlyDictionary<string, JsonElement>> GetContextPatternAsync(
        string pattern,
        CancellationToken cancellationToken = default)
    {
        var values = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        var request = new V1.GetContextByPatternRequest
        {
            AgentName = AgentName,
            KeyGlob = WireText.Checked(pattern, nameof(pattern)),
            PageSize = MostItemsPerPage,
        };
        do
        {
            var page = await calls.ReadAsync(calls.Tools.GetContextByPatternAsync, request, cancellationToken).ConfigureAwait(false);
            AddValues(page.Items, values);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return values;
    }

    private void AddValues(IEnumerable<V1.Item> items, OrderedDictionary<string, JsonElement> values)
    {
        foreach (var item in items)
        {
            values[item.Key] = new ContextItem(item, jsonOptions).Value;
        }
    }
}
