using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;


namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>
    /// Adds an item, or replaces it: its value, routing, time to live, metadata and author. Mirrors <c>push</c>.
    /// </summary>
    /// <param name="key">The key: at most 4,096 bytes of UTF-8, without U+0000. The empty text is legal.</param>
    /// <param name="value">
    /// The value, at most 1.25 MiB as JSON text. JSON <c>null</c> is a value. 64-bit integers are kept exactly.
    /// </param>
    /// <param name="options">Routing, time to live, guard. <see langword="null"/>: global, without an end, without a guard.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command.</returns>
    /// <exception cref="SynthaConflictException"><see cref="PushOptions.IfRevision"/> did not hold.</exception>
    /// <exception cref="SynthaPermissionDeniedException">
    /// As an agent: the routing is not permitted, or an item that the agent may not replace has the key.
    /// </exception>
    /// <exception cref="SynthaInvalidArgumentException">A name, the value or the guard breaks a rule.</exception>
    /// <exception cref="SynthaQuotaException">The user has used up the quota of items, bytes or topics.</exception>
    /// <exception cref="SynthaUnavailableException">No answer came. It is unknown whether the write took place.</exception>
    public Task<PushReceipt> PushAsync(
        string key,
        JsonElement value,
        PushOptions? options = null,
        CancellationToken cancellationToken = default) => PushTextAsync(key, JsonText.Of(value, nameof(value)), options, cancellationToken);

    /// <summary>Adds an item, or replaces it. The value is serialised without reflection.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value. <see langword="null"/> becomes JSON <c>null</c>.</param>
    /// <param name="jsonTypeInfo">How the type is serialised, from a source-generated context.</param>
    /// <param name="options">Routing, time to live, guard.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command.</returns>
    /// <inheritdoc cref="PushAsync(string, JsonElement, PushOptions?, CancellationToken)" path="/exception"/>
    public Task<PushReceipt> PushAsync<T>(
        string key,
        T value,
        JsonTypeInfo<T> jsonTypeInfo,
        PushOptions? options = null,
        CancellationToken cancellationToken = default) => PushTextAsync(key, JsonText.Of(value, jsonTypeInfo), options, cancellationToken);

    /// <summary>
    /// Adds an item, or replaces it. The value is serialised by reflection, as <see cref="SynthaClientOptions.JsonSerializerOptions"/> say.
    /// </summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">
    /// The value. <see langword="null"/> becomes JSON <c>null</c>, and a string becomes a JSON string. <see cref="PushJsonAsync"/> pushes
    /// JSON text.
    /// </param>
    /// <param name="options">Routing, time to live, guard.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command.</returns>
    /// <inheritdoc cref="PushAsync(string, JsonElement, PushOptions?, CancellationToken)" path="/exception"/>
    [RequiresUnreferencedCode(JsonRequirement.Message)]
    [RequiresDynamicCode(JsonRequirement.Message)]
    public Task<PushReceipt> PushAsync<T>(
        string key,
        T value,
        PushOptions? options = null,
        CancellationToken cancellationToken = default) =>
        PushTextAsync(key, JsonSerializer.Serialize(value, jsonOptions), options, cancellationToken);

    /// <summary>Adds an item, or replaces it. The value is JSON text, and is kept exactly as it is, with its white space.</summary>
    /// <param name="key">The key.</param>
    /// <param name="json">The JSON text, at most 1.25 MiB of UTF-8. The server checks it.</param>
    /// <param name="options">Routing, time to live, guard.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command.</returns>
    /// <inheritdoc cref="PushAsync(string, JsonElement, PushOptions?, CancellationToken)" path="/exception"/>
    public Task<PushReceipt> PushJsonAsync(
        string key,
        string json,
        PushOptions? options = null,
        CancellationToken cancellationToken = default) =>
        PushTextAsync(key, JsonText.Given(json, nameof(json)), options, cancellationToken);

    /// <summary>Pushes several items as one command with one revision: all of them or none.</summary>
    /// <param name="entries">1 to 10,000 items, at most 3 MiB together. Each key may occur once.</param>
    /// <param name="options">Who writes, the guard on a claim, and a request id of your own.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The position of the command. Its revision is that of every item written.</returns>
    /// <inheritdoc cref="PushAsync(string, JsonElement, PushOptions?, CancellationToken)" path="/exception"/>
    public async Task<PushReceipt> PushManyAsync(
        IEnumerable<PushEntry> entries,
        PushManyOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var requestId = Requests.IdOf(options);
        var request = new V1.PushManyRequest
        {
            RequestId = requestId.ToString(),
            Items = { entries.Select(Requests.Item) },
            IfClaim = options?.IfClaim?.ToWire(),
        };
        await calls.DemandClaimsAsync(options?.IfClaim, cancellationToken).ConfigureAwait(false);
        WireText.SetIfGiven(options?.AgentName, nameof(options), agent => request.AsAgent = agent);
        var response = await calls.WriteAsync(calls.Mesh.PushManyAsync, request, requestId, cancellationToken).ConfigureAwait(false);
        return new PushReceipt(Position.From(response.Position), response.Replayed, requestId);
    }

    private async Task<PushReceipt> PushTextAsync(string key, string json, PushOptions? options, CancellationToken cancellationToken)
    {
        var requestId = Requests.IdOf(options);
        await calls.DemandClaimsAsync(options?.IfClaim, cancellationToken).ConfigureAwait(false);
        var request = Requests.Push(options?.AgentName, key, json, options, requestId);
        var response = await calls.WriteAsync(calls.Mesh.PushAsync, request, requestId, cancellationToken).ConfigureAwait(false);
        return new PushReceipt(Position.From(response.Position), response.Replayed, requestId);
    }
}
