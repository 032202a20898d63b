using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Values;

namespace Syntha.Server.Mapping;

/// <summary>Translates between JSON text and the structured form of values, which people and REST use.</summary>
internal static class StructuredValue
{
    /// <exception cref="MeshException">JSON_INVALID: NaN, an infinity, a value without a kind, or too deep.</exception>
    public static string ToJson(Value value)
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { MaxDepth = JsonText.MaxDepth + 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            Write(writer, value, 0);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>Puts the fields of all objects in the order of their names. On the wire they have none.</summary>
    /// <param name="value">A value that <see cref="ToJson"/> accepted. Null: nothing is done.</param>
    public static void Order(Value? value)
    {
        switch (value?.KindCase)
        {
            case Value.KindOneofCase.StructValue:
                var fields = value.StructValue.Fields;
                var ordered = fields.OrderBy(field => field.Key, StringComparer.Ordinal).ToList();
                fields.Clear();
                foreach (var (name, field) in ordered)
                {
                    fields.Add(name, field);
                    Order(field);
                }

                break;
            case Value.KindOneofCase.ListValue:
                foreach (var element in value.ListValue.Values)
                {
                    Order(element);
                }

                break;
        }
    }

    /// <summary>
    /// The structured form of a value. Null when a client could not read it: a number beyond a double, half of a surrogate pair, more
    /// levels than readers take, or more bytes than are left in the answer. The JSON text still holds the whole value.
    /// </summary>
    public static Value? FindForm(string json, long room)
    {
        // A parsed value takes some ten times the memory of its text. One that would have no room is not parsed.
        if (json.Length > FewCharacters && LeastBytes(json) > room)
        {
            return null;
        }

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

    /// <summary>
    /// The most bytes that the structured form can take. The worst case is a list of digits: eleven bytes for each two bytes of text.
    /// </summary>
    public static long MaxBytes(long jsonBytes) => Math.Min(6 * jsonBytes, PageLimits.MaxBytes);

    // Below this a value cannot cost much.
    private const int FewCharacters = 16 * 1024;

    // Readers of protobuf take 100 levels of messages. An object in a value takes three.
    private const int MaxReadableDepth = 32;

    private static readonly JsonParser Parser = new(new JsonParser.Settings(recursionLimit: MaxReadableDepth));

    // What the form takes at least. Each element has the tags and lengths of its value and of its place; a number has eight bytes more.
    // Escapes are not resolved: six characters may stand for one byte.
    private static long LeastBytes(string json)
    {
        const int Element = 4;
        const int Number = 11;
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(json.Length));
        try
        {
            var reader = new Utf8JsonReader(
                utf8.AsSpan(0, Encoding.UTF8.GetBytes(json, utf8)), new JsonReaderOptions { MaxDepth = JsonText.MaxDepth + 1 });
            // The outermost value has no place.
            long bytes = -2;
            while (reader.Read())
            {
                bytes += reader.TokenType switch
                {
                    JsonTokenType.Number => Number,
                    JsonTokenType.String or JsonTokenType.PropertyName =>
                        Element + (reader.ValueIsEscaped ? reader.ValueSpan.Length / 6 : reader.ValueSpan.Length),
                    JsonTokenType.EndArray or JsonTokenType.EndObject => 0,
                    _ => Element,
                };
            }

            return bytes;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }

    private static void Write(Utf8JsonWriter writer, Value value, int depth)
    {
        if (depth > JsonText.MaxDepth)
        {
            throw NotJson($"The value nests deeper than {JsonText.MaxDepth} levels.");
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
                throw NotJson("The value holds NaN or an infinity, which JSON cannot express.");
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
                throw NotJson("The value has no kind; for a JSON null send null_value.");
        }
    }

    private static MeshException NotJson(string why) => new(ErrorReason.JsonInvalid, why) { Field = "value" };
}
