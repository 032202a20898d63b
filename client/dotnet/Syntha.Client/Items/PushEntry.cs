using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;


namespace Syntha.Client;

/// <summary>One item of <see cref="ContextMesh.PushManyAsync"/>. Immutable.</summary>
public sealed record PushEntry
{
    /// <summary>
    /// The key: at most 4,096 bytes of UTF-8, without U+0000. The empty text is legal. A key may occur once in a command.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>The value, at most 1.25 MiB as JSON text. JSON <c>null</c> is a value. An undefined element is refused.</summary>
    public required JsonElement Value { get; init; }

    /// <inheritdoc cref="PushOptions.Topics"/>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <inheritdoc cref="PushOptions.Subscribers"/>
    public IReadOnlyList<string> Subscribers { get; init; } = [];

    /// <inheritdoc cref="PushOptions.Ttl"/>
    public TimeSpan? Ttl { get; init; }

    /// <summary>
    /// The guard, see <see cref="PushOptions.IfRevision"/>. When the guard of one entry does not hold, nothing is written.
    /// </summary>
    public long? IfRevision { get; init; }

    /// <inheritdoc cref="PushOptions.Metadata"/>
    public JsonElement? Metadata { get; init; }

    /// <summary>Makes an entry for a value of any type, without reflection.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value. <see langword="null"/> becomes JSON <c>null</c>.</param>
    /// <param name="jsonTypeInfo">How the type is serialised, from a source-generated context.</param>
    /// <returns>The entry. Add routing by <c>with</c>.</returns>
    public static PushEntry From<T>(string key, T value, JsonTypeInfo<T> jsonTypeInfo)
    {
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        return new() { Key = key, Value = JsonSerializer.SerializeToElement(value, jsonTypeInfo) };
    }

    /// <summary>Makes an entry for a value of any type, by reflection.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value. <see langword="null"/> becomes JSON <c>null</c>.</param>
    /// <param name="options">
    /// How it is serialised. <see langword="null"/>: by the default of <see cref="SynthaClientOptions.JsonSerializerOptions"/>.
    /// </param>
    /// <returns>The entry. Add routing by <c>with</c>.</returns>
    [RequiresUnreferencedCode(JsonRequirement.Message)]
    [RequiresDynamicCode(JsonRequirement.Message)]
    public static PushEntry From<T>(string key, T value, JsonSerializerOptions? options = null) =>
        new() { Key = key, Value = JsonSerializer.SerializeToElement(value, options ?? JsonText.DefaultOptions) };
}
