using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;


namespace Syntha.Client;

/// <summary>
/// Values between their .NET forms and the JSON text that travels. The contract's structured form is not used: its numbers are doubles,
/// and a 64-bit integer survives only as text.
/// </summary>
internal static class JsonText
{
    /// <summary>
    /// The default of the overloads that use reflection: camel-case names, which agents in other languages expect, and no escaping beyond
    /// JSON's own, because the text never passes through HTML.
    /// </summary>
    internal static JsonSerializerOptions DefaultOptions { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static string Of(JsonElement element, string parameterName) => element.ValueKind == JsonValueKind.Undefined
        ? throw new ArgumentException("The JsonElement is undefined. default(JsonElement) is no JSON value.", parameterName)
        : element.GetRawText();

    internal static string OfObject(JsonElement element, string parameterName) => element.ValueKind == JsonValueKind.Object
        ? element.GetRawText()
        : throw new ArgumentException($"Metadata must be a JSON object, and this is {element.ValueKind}.", parameterName);

    internal static string Of<T>(T value, JsonTypeInfo<T> jsonTypeInfo)
    {
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        return JsonSerializer.Serialize(value, jsonTypeInfo);
    }

    internal static string Given(string json, string parameterName) => WireText.Checked(json, parameterName);

    internal static JsonElement Parse(string json) => JsonElement.Parse(json);
}
