using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Syntha.Page.Agents;

/// <summary>JSON for people.</summary>
internal static class JsonWords
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same JSON with line breaks. A text that is no JSON, or too deep for the reader, comes back as it is.</summary>
    public static string Pretty(string json)
    {
        try
        {
            using var parsed = JsonDocument.Parse(json);
            var text = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(text, Indented))
            {
                parsed.RootElement.WriteTo(writer);
            }

            return Encoding.UTF8.GetString(text.WrittenSpan);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return json;
        }
    }

    /// <summary>A text member of an object.</summary>
    /// <returns>Null: there is none.</returns>
    public static string? Member(string json, string name)
    {
        try
        {
            using var parsed = JsonDocument.Parse(json);
            return parsed.RootElement.ValueKind == JsonValueKind.Object && parsed.RootElement.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
