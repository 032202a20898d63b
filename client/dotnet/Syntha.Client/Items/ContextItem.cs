using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;


namespace Syntha.Client;

/// <summary>One key of a mesh with its value and its readers. Immutable and safe to share.</summary>
public sealed class ContextItem
{
    private readonly string? valueJson;
    private readonly JsonSerializerOptions jsonOptions;

    internal ContextItem(V1.Item wire, JsonSerializerOptions jsonOptions)
    {
        this.jsonOptions = jsonOptions;
        valueJson = wire.HasValueJson ? wire.ValueJson : null;
        Key = wire.Key;
        Topics = [.. wire.Topics];
        Subscribers = [.. wire.Subscribers];
        Author = wire.HasAuthor ? wire.Author : null;
        Revision = wire.Revision;
        UpdateTime = WireTime.ToDateTimeOffset(wire.UpdateTime);
        ExpireTime = wire.ExpireTime is null ? null : WireTime.ToDateTimeOffset(wire.ExpireTime);
        Metadata = wire.HasMetadataJson ? JsonText.Parse(wire.MetadataJson) : null;
        IsRedacted = wire.Redacted;
    }

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>
    /// Whether the item has its value. It has none when only keys were asked for, in a change that is delivered after the item has expired,
    /// and when it was redacted.
    /// </summary>
    public bool HasValue => valueJson is not null;

    /// <summary>The value as JSON text, exactly as it was pushed.</summary>
    /// <exception cref="InvalidOperationException"><see cref="HasValue"/> is false.</exception>
    public string ValueJson => valueJson
        ?? throw new InvalidOperationException(
            "The item has no value: only keys were asked for, it has expired since, or it was redacted. Check HasValue first.");

    /// <summary>
    /// The value, parsed at each call. A JSON <c>null</c> has the kind <see cref="JsonValueKind.Null"/>. 64-bit integers are exact.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="HasValue"/> is false.</exception>
    public JsonElement Value => JsonText.Parse(ValueJson);

    /// <summary>Whether value and metadata were removed from history. Only items of the past can be.</summary>
    public bool IsRedacted { get; }

    /// <summary>The topics that the item was pushed to, in the order given.</summary>
    public IReadOnlyList<string> Topics { get; }

    /// <summary>The agents named as readers, in the order given. An item without topics and subscribers is global.</summary>
    public IReadOnlyList<string> Subscribers { get; }

    /// <summary>The agent that wrote the item last. <see langword="null"/> when the owner wrote it.</summary>
    public string? Author { get; }

    /// <summary>The revision of the command that wrote the item last. <see cref="PushOptions.IfRevision"/> compares with it.</summary>
    public long Revision { get; }

    /// <summary>When that command was committed, by the store's clock.</summary>
    public DateTimeOffset UpdateTime { get; }

    /// <summary>The moment from which the item is absent. <see langword="null"/> when it never expires.</summary>
    public DateTimeOffset? ExpireTime { get; }

    /// <summary>The notes that the writer attached: a JSON object. <see langword="null"/> when there are none.</summary>
    public JsonElement? Metadata { get; }

    /// <summary>Reads the value as a .NET object, without reflection.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <param name="jsonTypeInfo">How the type is read, from a source-generated context.</param>
    /// <returns>The object. <see langword="null"/> for JSON <c>null</c>.</returns>
    /// <exception cref="JsonException">The value does not fit the type.</exception>
    /// <exception cref="InvalidOperationException"><see cref="HasValue"/> is false.</exception>
    public T? Deserialize<T>(JsonTypeInfo<T> jsonTypeInfo) => JsonSerializer.Deserialize(ValueJson, jsonTypeInfo);

    /// <summary>Reads the value as a .NET object, by reflection.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <param name="options">
    /// How the type is read. <see langword="null"/>: by the client's <see cref="SynthaClientOptions.JsonSerializerOptions"/>.
    /// </param>
    /// <returns>The object. <see langword="null"/> for JSON <c>null</c>.</returns>
    /// <exception cref="JsonException">The value does not fit the type.</exception>
    /// <exception cref="InvalidOperationException"><see cref="HasValue"/> is false.</exception>
    [RequiresUnreferencedCode(JsonRequirement.Message)]
    [RequiresDynamicCode(JsonRequirement.Message)]
    public T? Deserialize<T>(JsonSerializerOptions? options = null) => JsonSerializer.Deserialize<T>(ValueJson, options ?? jsonOptions);
}
