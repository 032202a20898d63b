using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;


namespace Syntha.Client;

public sealed partial class ContextMesh
{
    private const int MostKeysPerRequest = 1_000;

    /// <summary>
    /// Reads the value of a key. Mirrors <c>get</c>, and also distinguishes a missing key from a JSON <c>null</c>.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="agentName">The agent that reads. <see langword="null"/>: the owner.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// <see langword="null"/> when the key is missing, expired or unreadable for the agent. A stored JSON <c>null</c> is an element of
    /// the kind <see cref="JsonValueKind.Null"/>.
    /// </returns>
    public async Task<JsonElement?> GetAsync(string key, string? agentName = null, CancellationToken cancellationToken = default) =>
        (await GetItemAsync(key, agentName, cancellationToken).ConfigureAwait(false))?.Value;

    /// <summary>Reads the value of a key as a .NET object, without reflection.</summary>
    /// <typeparam name="T">The type to read. For a value type take its nullable form, such as <c>int?</c>.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="jsonTypeInfo">How the type is read, from a source-generated context.</param>
    /// <param name="agentName">The agent that reads. <see langword="null"/>: the owner.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// <c>default</c> both for a key that is missing, expired or unreadable, and for a stored JSON <c>null</c>. Use
    /// <see cref="GetItemAsync"/> when the difference matters.
    /// </returns>
    /// <exception cref="JsonException">The value does not fit the type.</exception>
    public async Task<T?> GetAsync<T>(
        string key,
        JsonTypeInfo<T> jsonTypeInfo,
        string? agentName = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        var item = await GetItemAsync(key, agentName, cancellationToken).ConfigureAwait(false);
        return item is null ? default : item.Deserialize(jsonTypeInfo);
    }

    /// <summary>
    /// Reads the value of a key as a .NET object, by reflection, as <see cref="SynthaClientOptions.JsonSerializerOptions"/> say.
    /// </summary>
    /// <typeparam name="T">The type to read. For a value type take its nullable form, such as <c>int?</c>.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="agentName">The agent that reads. <see langword="null"/>: the owner.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// <c>default</c> both for a key that is missing, expired or unreadable, and for a stored JSON <c>null</c>. Use
    /// <see cref="GetItemAsync"/> when the difference matters.
    /// </returns>
    /// <exception cref="JsonException">The value does not fit the type.</exception>
    [RequiresUnreferencedCode(JsonRequirement.Message)]
    [RequiresDynamicCode(JsonRequirement.Message)]
    public async Task<T?> GetAsync<T>(string key, string? agentName = null, CancellationToken cancellationToken = default)
    {
        var item = await GetItemAsync(key, agentName, cancellationToken).ConfigureAwait(false);
        return item is null ? default : item.Deserialize<T>();
    }

    /// <summary>Reads one item: its value, and its readers.</summary>
    /// <param name="key">The key.</param>
    /// <param name="agentName">The agent that reads. <see langword="null"/>: the owner.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The item, or <see langword="null"/> when it is missing, expired or unreadable for the agent.</returns>
    public Task<ContextItem?> GetItemAsync(string key, string? agentName = null, CancellationToken cancellationToken = default) =>
        ReadItemAsync(key, agentName, point: null, cancellationToken);

    internal async Task<ContextItem?> ReadItemAsync(
        string key, string? agentName, V1.ReadPoint? point, CancellationToken cancellationToken)
    {
        var request = new V1.GetRequest { Key = WireText.Checked(key, nameof(key)), ReadPoint = point };
        WireText.SetIfGiven(agentName, nameof(agentName), agent => request.AsAgent = agent);
        var response = await calls.ReadAsync(calls.Mesh.GetAsync, request, cancellationToken).ConfigureAwait(false);
        return response.Item is null ? null : new ContextItem(response.Item, jsonOptions);
    }

    /// <summary>
    /// Reads several items: as of one moment when there are at most 1,000 keys and 3 MiB of values. More keys or values take further
    /// calls.
    /// </summary>
    /// <param name="keys">The keys.</param>
    /// <param name="agentName">The agent that reads. <see langword="null"/>: the owner.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>
    /// The items found, by key, in the order of <paramref name="keys"/>. Missing, expired and unreadable keys are left out.
    /// </returns>
    public Task<IReadOnlyDictionary<string, ContextItem>> GetManyAsync(
        IEnumerable<string> keys,
        string? agentName = null,
        CancellationToken cancellationToken = default) => ReadManyAsync(keys, agentName, point: null, cancellationToken);

    internal async Task<IReadOnlyDictionary<string, ContextItem>> ReadManyAsync(
        IEnumerable<string> keys, string? agentName, V1.ReadPoint? point, CancellationToken cancellationToken)
    {
        var items = new OrderedDictionary<string, ContextItem>(StringComparer.Ordinal);
        foreach (var chunk in WireText.Checked(keys, nameof(keys)).Distinct(StringComparer.Ordinal).Chunk(MostKeysPerRequest))
        {
            IReadOnlyCollection<string> remaining = chunk;
            while (remaining.Count > 0)
            {
                var request = new V1.GetManyRequest { Keys = { remaining }, ReadPoint = point };
                WireText.SetIfGiven(agentName, nameof(agentName), agent => request.AsAgent = agent);
                var response = await calls.ReadAsync(calls.Mesh.GetManyAsync, request, cancellationToken).ConfigureAwait(false);
                foreach (var item in response.Items)
                {
                    items[item.Key] = new ContextItem(item, jsonOptions);
                }

                remaining = response.RemainingKeys;
            }
        }

        return items;
    }
}
