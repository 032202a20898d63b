using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;


namespace Syntha.Client;

public sealed partial class ToolHandler
{
    /// <summary>Reads the value of a key. Mirrors <c>get_context</c> of the seed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// <see langword="null"/> when the key is missing, expired or not for this agent. A stored JSON <c>null</c> is an element of the
    /// kind <see cref="JsonValueKind.Null"/>.
    /// </returns>
    public async Task<JsonElement?> GetContextAsync(string key, CancellationToken cancellationToken = default) =>
        (await GetContextItemAsync(key, cancellationToken).ConfigureAwait(false))?.Value;

    /// <summary>Reads the value of a key as a .NET object, without reflection.</summary>
    /// <typeparam name="T">The type to read. For a value type take its nullable form, such as <c>int?</c>.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="jsonTypeInfo">How the type is read, from a source-generated context.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// <c>default</c> both for a key that is missing, expired or not for this agent, and for a stored JSON <c>null</c>. Use
    /// <see cref="GetContextItemAsync"/> when the difference matters.
    /// </returns>
    /// <exception cref="JsonException">The value does not fit the type.</exception>
    public async Task<T?> GetContextAsync<T>(string key, JsonTypeInfo<T> jsonTypeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        var item = await GetContextItemAsync(key, cancellationToken).ConfigureAwait(false);
        return item is null ? default : item.Deserialize(jsonTypeInfo);
    }

    /// <summary>
    /// Reads the value of a key as a .NET object, by reflection, as <see cref="SynthaClientOptions.JsonSerializerOptions"/> say.
    /// </summary>
    /// <typeparam name="T">The type to read. For a value type take its nullable form, such as <c>int?</c>.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// <c>default</c> both for a key that is missing, expired or not for this agent, and for a stored JSON <c>null</c>. Use
    /// <see cref="GetContextItemAsync"/> when the difference matters.
    /// </returns>
    /// <exception cref="JsonException">The value does not fit the type.</exception>
    [RequiresUnreferencedCode(JsonRequirement.Message)]
    [RequiresDynamicCode(JsonRequirement.Message)]
    public async Task<T?> GetContextAsync<T>(string key, CancellationToken cancellationToken = default)
    {
        var item = await GetContextItemAsync(key, cancellationToken).ConfigureAwait(false);
        return item is null ? default : item.Deserialize<T>();
    }

    /// <summary>Reads one item: its value, and its readers.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The item, or <see langword="null"/> when it is missing, expired or not for this agent.</returns>
    public async Task<ContextItem?> GetContextItemAsync(string key, CancellationToken cancellationToken = default)
    {
        var request = new V1.GetRequest { AsAgent = AgentName, Key = WireText.Checked(key, nameof(key)) };
        var response = await calls.ReadAsync(calls.Tools.GetContextAsync, request, cancellationToken).ConfigureAwait(false);
        return response.Item is null ? null : new ContextItem(response.Item, jsonOptions);
    }

    /// <summary>Tells whether the agent can read an item with this key. Mirrors <c>has_context</c> of the seed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it can. An item whose value is JSON <c>null</c> counts.</returns>
    public async Task<bool> HasContextAsync(string key, CancellationToken cancellationToken = default)
    {
        var request = new V1.HasContextRequest { AsAgent = AgentName, Key = WireText.Checked(key, nameof(key)) };
        return (await calls.ReadAsync(calls.Tools.HasContextAsync, request, cancellationToken).ConfigureAwait(false)).Exists;
    }
}
