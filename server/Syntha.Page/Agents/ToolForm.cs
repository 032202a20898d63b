using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Syntha.Page.Agents;

/// <summary>A form for a tool's arguments, made from their JSON Schema.</summary>
internal sealed class ToolForm(IReadOnlyList<ToolField> fields)
{
    public IReadOnlyList<ToolField> Fields => fields;

    /// <param name="schema">The schema of the arguments, as JSON text.</param>
    public static ToolForm Of(string schema)
    {
        try
        {
            using var parsed = JsonDocument.Parse(schema);
            var root = parsed.RootElement;
            if (!root.TryGetProperty("properties", out var properties))
            {
                return new([]);
            }

            var required = root.TryGetProperty("required", out var names)
                ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet() : [];
            return new([.. properties.EnumerateObject().Select(one => Field(one.Name, one.Value, required.Contains(one.Name)))]);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // A schema that this page does not understand: the arguments can be typed as JSON.
            return new([]);
        }
    }

    /// <summary>The arguments as JSON. What was left empty is left out, unless the tool requires it.</summary>
    public string Write()
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            foreach (var field in fields.Where(field => field.Text.Length > 0
                || (field.IsRequired && field.Kind is (ToolFieldKind.Text or ToolFieldKind.List))))
            {
                json.WritePropertyName(field.Name);
                Write(json, field);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private static ToolField Field(string name, JsonElement schema, bool isRequired)
    {
        var choices = schema.TryGetProperty("enum", out var list)
            ? list.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!).ToList() : [];
        var kind = choices.Count > 0 ? ToolFieldKind.Choice : TypeOf(schema) switch
        {
            "string" => ToolFieldKind.Text,
            "number" or "integer" => ToolFieldKind.Number,
            "boolean" => ToolFieldKind.Boolean,
            "array" when schema.TryGetProperty("items", out var items) && TypeOf(items) == "string" => ToolFieldKind.List,
            _ => ToolFieldKind.Json,
        };
        var description = schema.TryGetProperty("description", out var words) ? words.GetString() ?? "" : "";
        return new(name, description, kind, isRequired, choices);
    }

    private static string? TypeOf(JsonElement schema) =>
        schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;

    private static void Write(Utf8JsonWriter json, ToolField field)
    {
        switch (field.Kind)
        {
            case ToolFieldKind.List:
                json.WriteStartArray();
                foreach (var line in field.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    json.WriteStringValue(line.TrimEnd('\r'));
                }

                json.WriteEndArray();
                break;
            case ToolFieldKind.Number or ToolFieldKind.Boolean or ToolFieldKind.Json when IsJson(field.Text):
                json.WriteRawValue(field.Text);
                break;
            default:
                // The tool says what it expected instead.
                json.WriteStringValue(field.Text);
                break;
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            JsonDocument.Parse(text).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
