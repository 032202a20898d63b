using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Values;

namespace Syntha.Server.Mapping;

/// <summary>The structured form of values, for people and REST: JSON text from a protobuf value and back.</summary>
internal static class StructuredValue
{
    /// <exception cref="MeshException">JSON_INVALID: NaN, an infinity, a value without a kind, or too deep.</exception>
    public static string ToJson(Value value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = JsonText.MaxDepth + 1, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(writer, value, 0);
        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    // The text was checked when it was pushed, so it parses; the parser's own depth limit lies above ours.
    public static Value FromJson(string json) => Parser.Parse<Value>(json);

    private static readonly JsonParser Parser = new(new JsonParser.Settings(recursionLimit: 4 * JsonText.MaxDepth));

    private static void Write(Utf8JsonWriter writer, Value value, int depth)
    {
        if (depth > JsonText.MaxDepth)
            throw new MeshException(ErrorReason.JsonInvalid, $"The value nests deeper than {JsonText.MaxDepth} levels.") { Field = "value" };
        switch (value.KindCase)
        {
            case Value.KindOneofCase.NullValue:
                writer.WriteNullValue();
                break;
            case Value.KindOneofCase.BoolValue:
                writer.WriteBooleanValue(value.BoolValue);
                break;
            case Value.KindOneofCase.StringValue:
                writer.WriteStringValue(value.StringValue);
                break;
            case Value.KindOneofCase.NumberValue when double.IsFinite(value.NumberValue):
                writer.WriteNumberValue(value.NumberValue);
                break;
            case Value.KindOneofCase.NumberValue:
                throw new MeshException(ErrorReason.JsonInvalid, "The value holds NaN or an infinity, which JSON cannot express.") { Field = "value" };
            case Value.KindOneofCase.StructValue:
                writer.WriteStartObject();
                foreach (var (name, field) in value.StructValue.Fields)
                {
                    writer.WritePropertyName(name);
                    Write(writer, field, depth + 1);
                }
                writer.WriteEndObject();
                break;
            case Value.KindOneofCase.ListValue:
                writer.WriteStartArray();
                foreach (var element in value.ListValue.Values)
                    Write(writer, element, depth + 1);
                writer.WriteEndArray();
                break;
            default:
                throw new MeshException(ErrorReason.JsonInvalid, "The value has no kind; for a JSON null send null_value.") { Field = "value" };
        }
    }
}
