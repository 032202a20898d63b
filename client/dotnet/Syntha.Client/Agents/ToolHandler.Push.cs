using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;


namespace Syntha.Client;

public sealed partial class ToolHandler
{
    /// <summary>
    /// Adds an item, or replaces one that the agent can read. The item never expires. The agent can always read what it pushed. Mirrors
    /// <c>push_context</c> of the seed.
    /// </summary>
    /// <param name="key">The key: at most 4,096 bytes of UTF-8, without U+0000. The empty text is legal.</param>
    /// <param name="data">The value, at most 1.25 MiB as JSON text.</param>
    /// <param name="topic">The topic whose subscribers may read it. <see langword="null"/>: every agent of the user may read it.</param>
    /// <param name="metadata">Notes to keep with the item: a JSON object of at most 64 KiB.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command.</returns>
    /// <inheritdoc cref="ContextMesh.PushAsync(string, JsonElement, PushOptions?, CancellationToken)" path="/exception"/>
    public Task<PushReceipt> PushContextAsync(
        string key,
        JsonElement data,
        string? topic = null,
        JsonElement? metadata = null,
        CancellationToken cancellationToken = default) =>
        PushTextAsync(key, JsonText.Of(data, nameof(data)), Routed(topic, metadata), cancellationToken);

    /// <summary>Adds an item, or replaces one that the agent can read. The value is serialised without reflection.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="data">The value. <see langword="null"/> becomes JSON <c>null</c>.</param>
    /// <param name="jsonTypeInfo">How the type is serialised, from a source-generated context.</param>
    /// <param name="topic">The topic whose subscribers may read it. <see langword="null"/>: every agent of the user may read it.</param>
    /// <param name="metadata">Notes to keep with the item: a JSON object of at most 64 KiB.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command.</returns>
    /// <inheritdoc cref="ContextMesh.PushAsync(string, JsonElement, PushOptions?, CancellationToken)" path="/exception"/>
    public Task<PushReceipt> PushContextAsync<T>(
        string key,
        T data,
        JsonTypeInfo<T> jsonTypeInfo,
        string? topic = null,
        JsonElement? metadata = null,
        CancellationToken cancellationToken = default) =>
        PushTextAsync(key, JsonText.Of(data, jsonTypeInfo), Routed(topic, metadata), cancellationToken);

    /// <summary>
    /// Adds an item, or replaces one that the agent can read. The value is serialised by reflection, as
    /// <see cref="SynthaClientOptions.JsonSerializerOptions"/> say.
    /// </summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="data">The value. <see langword="null"/> becomes JSON <c>null</c>.</param>
    /// <param name="topic">The topic whose subscribers may read it. <see langword="null"/>: every agent of the user may read it.</param>
    /// <param name="metadata">Notes to keep with the item: a JSON object of at most 64 KiB.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command.</returns>
    /// <inheritdoc cref="ContextMesh.PushAsync(string, JsonElement, PushOptions?, CancellationToken)" path="/exception"/>
    [RequiresUnreferencedCode(JsonRequirement.Message)]
    [RequiresDynamicCode(JsonRequirement.Message)]
    public Task<PushReceipt> PushContextAsync<T>(
        string key,
        T data,
        string? topic = null,
        JsonElement? metadata = null,
        CancellationToken cancellationToken = default) =>
        PushTextAsync(key, JsonSerializer.Serialize(data, jsonOptions), Routed(topic, metadata), cancellationToken);

    /// <summary>Adds an item, or replaces one that the agent can read. The options give all that a push may carry.</summary>
    /// <param name="key">The key.</param>
    /// <param name="data">The value, at most 1.25 MiB as JSON text.</param>
    /// <param name="options">Routing, time to live, guard. Leave the agent's name out.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command.</returns>
    /// <inheritdoc cref="ContextMesh.PushAsync(string, JsonElement, PushOptions?, CancellationToken)" path="/exception"/>
    public Task<PushReceipt> PushContextAsync(
        string key,
        JsonElement data,
        PushOptions options,
        CancellationToken cancellationToken = default) =>
        PushTextAsync(key, JsonText.Of(data, nameof(data)), options, cancellationToken);

    /// <summary>
    /// Adds an item, or replaces one that the agent can read, with options. The value is serialised without reflection.
    /// </summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="data">The value. <see langword="null"/> becomes JSON <c>null</c>.</param>
    /// <param name="jsonTypeInfo">How the type is serialised, from a source-generated context.</param>
    /// <param name="options">Routing, time to live, guard. Leave the agent's name out.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command.</returns>
    /// <inheritdoc cref="ContextMesh.PushAsync(string, JsonElement, PushOptions?, CancellationToken)" path="/exception"/>
    public Task<PushReceipt> PushContextAsync<T>(
        string key,
        T data,
        JsonTypeInfo<T> jsonTypeInfo,
        PushOptions options,
        CancellationToken cancellationToken = default) =>
        PushTextAsync(key, JsonText.Of(data, jsonTypeInfo), options, cancellationToken);

    /// <summary>
    /// Adds an item, or replaces one that the agent can read, with options. The value is serialised by reflection.
    /// </summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="data">The value. <see langword="null"/> becomes JSON <c>null</c>.</param>
    /// <param name="options">Routing, time to live, guard. Leave the agent's name out.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command.</returns>
    /// <inheritdoc cref="ContextMesh.PushAsync(string, JsonElement, PushOptions?, CancellationToken)" path="/exception"/>
    [RequiresUnreferencedCode(JsonRequirement.Message)]
    [RequiresDynamicCode(JsonRequirement.Message)]
    public Task<PushReceipt> PushContextAsync<T>(
        string key,
        T data,
        PushOptions options,
        CancellationToken cancellationToken = default) =>
        PushTextAsync(key, JsonSerializer.Serialize(data, jsonOptions), options, cancellationToken);

    private static PushOptions Routed(string? topic, JsonElement? metadata) => new()
    {
        Topics = topic is null ? [] : [topic],
        Metadata = metadata,
    };

    private async Task<PushReceipt> PushTextAsync(string key, string json, PushOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfAgentNamed(options, nameof(options));
        var requestId = Requests.IdOf(options);
        await calls.DemandClaimsAsync(options?.IfClaim, cancellationToken).ConfigureAwait(false);
        var request = Requests.Push(AgentName, key, json, options, requestId);
        var response = await calls.WriteAsync(calls.Tools.PushContextAsync, request, requestId, cancellationToken).ConfigureAwait(false);
        return new PushReceipt(Position.From(response.Position), response.Replayed, requestId);
    }
}
