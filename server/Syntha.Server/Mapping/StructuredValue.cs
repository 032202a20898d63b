using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Reading;
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
        {
            Write(writer, value, 0);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>
    /// The structured form of a value; null where it has none that a client could read: a number beyond a double, half of a surrogate pair,
    /// more levels than readers take, or more bytes than its answer has room for. The text still has it all.
    /// </summary>
    public static Value? FindForm(string json, long room)
    {
        try
        {
            var value = Parser.Parse<Value>(json);
            return value.CalculateSize() <= room ? value : null;
        }
        catch (Exception unfit) when (unfit is InvalidJsonException or InvalidProtocolBufferException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>How many bytes the structured form takes at most: the worst is a list of digits, eleven for each two of its text.</summary>
    public static long MaxBytes(long jsonBytes) => Math.Min(6 * jsonBytes, PageLimits.MaxBytes);

    // Readers of protobuf take 100 levels of messages, and an object in a value is three of them.
    private const int MaxReadableDepth = 32;

    private static readonly JsonParser Parser = new(new JsonParser.Settings(recursionLimit: MaxReadableDepth));

    private static void Write(Utf8JsonWriter writer, Value value, int depth)
    {
        if (depth > JsonText.MaxDepth)
        {
            throw new MeshException(ErrorReason.JsonInvalid, $"The value nests deeper than {JsonText.MaxDepth} levels.") { Field = "value" };
        }

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
                {
                    Write(writer, element, depth + 1);
                }

                writer.WriteEndArray();
                break;
            default:
                throw new MeshException(ErrorReason.JsonInvalid, "The value has no kind; for a JSON null send null_value.") { Field = "value" };
        }
    }
}
