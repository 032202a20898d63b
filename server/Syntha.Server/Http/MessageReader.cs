using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Values;
using Syntha.Server.Wire;

namespace Syntha.Server.Http;

/// <summary>
/// Reads messages of the contract from JSON and from texts of a query, in the form that <see cref="MessageWriter"/> writes. A name that the
/// contract does not have is refused, so that a mistyped name is noticed. For one body.
/// </summary>
internal sealed class MessageReader
{
    // A request has few levels around its values.
    private const int LevelsAround = 8;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = JsonText.MaxDepth + LevelsAround };

    private int parts;

    /// <summary>Reads a body into a message.</summary>
    /// <param name="body">The body. When it is empty, nothing is read.</param>
    /// <param name="message">The message to fill.</param>
    /// <param name="path">The place of the message in the request, for errors.</param>
    /// <param name="others">Names of fields that are given in another place, and may not be here.</param>
    /// <exception cref="MeshException">MESSAGE_MALFORMED, ARGUMENT_INVALID, REQUEST_TOO_LARGE.</exception>
    public static void Read(byte[] body, IMessage message, string path, params IReadOnlyCollection<string> others)
    {
        if (body.Length == 0)
        {
            return;
        }

        using var document = Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Null)
        {
            new MessageReader().Read(document.RootElement, message, path, others);
        }
    }

    /// <summary>Whether a body says null, which stands for an absent message.</summary>
    public static bool IsNull(byte[] body) => body.AsSpan().Trim(" \t\r\n"u8).SequenceEqual("null"u8);

    /// <summary>Fills a field from the text of a query.</summary>
    /// <exception cref="MeshException">ARGUMENT_INVALID.</exception>
    public static void Set(IMessage request, string path, string text)
    {
        var (holder, field) = MessageFields.Reach(request, path);
        object value = field.FieldType switch
        {
            FieldType.String => text,
            FieldType.Bool when bool.TryParse(text, out var truth) => truth,
            FieldType.Int32 when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            FieldType.Int64 when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            FieldType.Enum => EnumOf(field, text, path),
            FieldType.Message => TextOf(field.MessageType, text, path),
            _ => throw Wrong(path, $"'{Shown(text)}' is no {KindOf(field)}."),
        };
        Put(holder, field, value);
    }

    private static JsonDocument Parse(byte[] body)
    {
        if (!Utf8.IsValid(body))
        {
            throw new MeshException(ErrorReason.MessageMalformed, "The body is not UTF-8.") { Field = "" };
        }

        try
        {
            return JsonDocument.Parse(body, Options);
        }
        catch (JsonException malformed)
        {
            throw new MeshException(
                ErrorReason.MessageMalformed,
                $"The body is not JSON in UTF-8: line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}.")
            {
                Field = "",
            };
        }
    }

    private void Read(JsonElement element, IMessage message, string path, IReadOnlyCollection<string> others)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(path, "It must be a JSON object.");
        }

        // Each message takes more memory than its text.
        if (++parts > MessageParts.Most)
        {
            throw MeshException.OverLimit(
                ErrorReason.RequestTooLarge, "The body has too many parts", MessageParts.Most, parts, "objects");
        }

        var fields = MessageFields.Of(message.Descriptor);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            var name = NameOf(property, path);
            var place = path.Length == 0 ? name : $"{path}.{name}";
            if (!fields.TryGetValue(name, out var field) || others.Contains(name))
            {
                throw Wrong(place, others.Contains(name)
                    ? "It is given by the path, the query or a header."
                    : $"There is no such field. The fields are {string.Join(", ", fields.Keys.Except(others))}.");
            }

            if (!seen.Add(name))
            {
                throw Wrong(place, "It occurs twice.");
            }

            if (property.Value.ValueKind == JsonValueKind.Null && !MessageFields.IsJsonText(field))
            {
                continue;
            }

            if (!field.IsRepeated)
            {
                Put(message, field, ValueOf(property.Value, field, place));
                continue;
            }

            if (property.Value.ValueKind != JsonValueKind.Array)
            {
                throw Wrong(place, "It must be a JSON array.");
            }

            var index = 0;
            foreach (var entry in property.Value.EnumerateArray())
            {
                Put(message, field, ValueOf(entry, field, $"{place}[{index++}]"));
            }
        }
    }

    private object ValueOf(JsonElement element, FieldDescriptor field, string path)
    {
        if (MessageFields.IsJsonText(field))
        {
            return element.GetRawText();
        }

        switch (field.FieldType)
        {
            case FieldType.String when element.ValueKind == JsonValueKind.String:
                return TextOf(element, path);
            case FieldType.Bool when element.ValueKind is JsonValueKind.True or JsonValueKind.False:
                return element.GetBoolean();
            case FieldType.Int32 when element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number):
                return number;
            case FieldType.Int64 when element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number):
                return number;
            case FieldType.Double when element.ValueKind == JsonValueKind.Number:
                return element.GetDouble();
            case FieldType.Enum when element.ValueKind == JsonValueKind.String:
                return EnumOf(field, TextOf(element, path), path);
            case FieldType.Message when MessageFields.IsText(field.MessageType) && element.ValueKind == JsonValueKind.String:
                return TextOf(field.MessageType, TextOf(element, path), path);
            case FieldType.Message when !MessageFields.IsText(field.MessageType):
                var inner = field.MessageType.Parser.ParseFrom([]);
                Read(element, inner, path, []);
                return inner;
            default:
                throw Wrong(path, $"It must be a {KindOf(field)}.");
        }
    }

    private static string NameOf(JsonProperty property, string path)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw Wrong(path, "A name contains half of a surrogate pair.");
        }
    }

    // A text with half of a surrogate pair cannot be UTF-8.
    private static string TextOf(JsonElement element, string path)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong(path, "The text contains half of a surrogate pair.");
        }
    }

    private static object TextOf(MessageDescriptor type, string text, string path)
    {
        if (type == FieldMask.Descriptor)
        {
            return new FieldMask { Paths = { text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) } };
        }

        // A number alone stands for seconds.
        var form = type == Duration.Descriptor && text.Length > 0 && char.IsAsciiDigit(text[^1]) ? text + "s" : text;
        try
        {
            return JsonParser.Default.Parse(JsonSerializer.Serialize(form), type);
        }
        catch (Exception unfit)
            when (unfit is InvalidJsonException or InvalidProtocolBufferException or OverflowException or FormatException)
        {
            throw Wrong(
                path, type == Duration.Descriptor ? "It must be a time in seconds, such as 90s." : "It must be a time as in RFC 3339.");
        }
    }

    private static object EnumOf(FieldDescriptor field, string text, string path)
    {
        var found = field.EnumType.Values.FirstOrDefault(value =>
            text.Equals(MessageFields.NameOf(value), StringComparison.OrdinalIgnoreCase) || text == value.Name);
        return found is not null
            ? System.Enum.ToObject(field.EnumType.ClrType, found.Number)
            : throw Wrong(
                path, $"'{Shown(text)}' is none of {string.Join(", ", field.EnumType.Values.Skip(1).Select(MessageFields.NameOf))}.");
    }

    private static void Put(IMessage message, FieldDescriptor field, object value)
    {
        if (field.IsRepeated)
        {
            ((IList)field.Accessor.GetValue(message)).Add(value);
        }
        else
        {
            field.Accessor.SetValue(message, value);
        }
    }

    private static string KindOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => "truth value",
        FieldType.Int32 or FieldType.Int64 => "whole number",
        _ => "text",
    };

    private static string Shown(string text) => text.Length <= 100 ? text : text[..100] + "…";

    private static MeshException Wrong(string path, string why) =>
        new(ErrorReason.ArgumentInvalid, $"{Shown(path)}: {why}") { Field = path };
}
