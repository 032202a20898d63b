using System.Buffers;
using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Syntha.Server.Http;

/// <summary>
/// Writes messages of the contract as JSON for people and programs: the contract's names, numbers as numbers, and JSON texts as what they
/// say, byte for byte. Protobuf's own form writes 64-bit integers as texts, and JSON texts as texts.
/// </summary>
internal static class MessageWriter
{
    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static ReadOnlyMemory<byte> Write(IMessage message)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            Write(json, message);
        }

        return bytes.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, IMessage message)
    {
        json.WriteStartObject();
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.HasPresence && !field.Accessor.HasValue(message))
            {
                continue;
            }

            json.WritePropertyName(MessageFields.NameOf(field));
            var value = field.Accessor.GetValue(message);
            if (field.IsRepeated)
            {
                json.WriteStartArray();
                foreach (var element in (IList)value)
                {
                    Write(json, field, element);
                }

                json.WriteEndArray();
            }
            else
            {
                Write(json, field, value);
            }
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FieldDescriptor field, object? value)
    {
        switch (value)
        {
            case null or "" when MessageFields.IsJsonText(field):
                json.WriteNullValue();
                break;
            case string text when MessageFields.IsJsonText(field):
                json.WriteRawValue(text, skipInputValidation: true);
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            case ByteString bytes:
                json.WriteBase64StringValue(bytes.Span);
                break;
            case System.Enum:
                var number64 = Convert.ToInt32(value, null);
                if (field.EnumType.FindValueByNumber(number64) is { } known)
                {
                    json.WriteStringValue(MessageFields.NameOf(known));
                }
                else
                {
                    json.WriteNumberValue(number64);
                }

                break;
            case IMessage inner when MessageFields.IsText(inner.Descriptor) || MessageFields.IsStructured(field):
                json.WriteRawValue(JsonFormatter.Default.Format(inner), skipInputValidation: true);
                break;
            case IMessage inner:
                Write(json, inner);
                break;
            default:
                throw new NotSupportedException($"{field.FullName} has a type that the HTTP door cannot write.");
        }
    }
}
