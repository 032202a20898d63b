using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Syntha.Client.Transport;

namespace Syntha.Client.Json;

/// <summary>
/// Values between their .NET forms and the JSON text that travels. Text, and not the structured form of the contract, whose numbers
/// are doubles: a 64-bit integer survives only as text.
/// </summary>
internal static class JsonText
{
    /// <summary>
    /// What the reflection-based overloads use unless told otherwise: camel-case names, as agents in other languages expect, and no
    /// escaping beyond JSON's own, because the text never passes through HTML.
    /// </summary>
    internal static JsonSerializerOptions DefaultOptions { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static string Of(JsonElement element, string parameterName) => element.ValueKind == JsonValueKind.Undefined
        ? throw new ArgumentException("The JsonElement is undefined: default(JsonElement) is no JSON value.", parameterName)
        : element.GetRawText();

    internal static string OfObject(JsonElement element, string parameterName) => element.ValueKind == JsonValueKind.Object
        ? element.GetRawText()
        : throw new ArgumentException($"Metadata is a JSON object; this is {element.ValueKind}.", parameterName);

    internal static string Of<T>(T value, JsonTypeInfo<T> jsonTypeInfo)
    {
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        return JsonSerializer.Serialize(value, jsonTypeInfo);
    }

    internal static string Given(string json, string parameterName) => WireText.Checked(json, parameterName);

    internal static JsonElement Parse(string json) => JsonElement.Parse(json);
}
