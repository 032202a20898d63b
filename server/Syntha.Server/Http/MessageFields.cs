using System.Collections.Concurrent;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Syntha.Server.Http;

/// <summary>The fields of the contract's messages, and their names in JSON and in queries. Thread-safe.</summary>
internal static class MessageFields
{
    private const string JsonSuffix = "_json";

    private static readonly ConcurrentDictionary<MessageDescriptor, Dictionary<string, FieldDescriptor>> ByName = new();

    /// <summary>Whether a field holds JSON as text. In JSON it is then what the text says.</summary>
    public static bool IsJsonText(FieldDescriptor field) =>
        field.FieldType == FieldType.String && !field.IsRepeated && field.Name.EndsWith(JsonSuffix, StringComparison.Ordinal);

    /// <summary>The name of a field in JSON: that of the contract, without <c>_json</c>.</summary>
    public static string NameOf(FieldDescriptor field) => IsJsonText(field) ? field.Name[..^JsonSuffix.Length] : field.Name;

    /// <summary>The name of an enum's value in JSON: that of the contract, in lower case and without the enum's own name.</summary>
    public static string NameOf(EnumValueDescriptor value)
    {
        var prefix = JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.EnumDescriptor.Name) + "_";
        var name = value.Name.StartsWith(prefix, StringComparison.Ordinal) ? value.Name[prefix.Length..] : value.Name;
        return name.ToLowerInvariant();
    }

    /// <summary>The fields of a message by their names in JSON. A value is always taken as JSON.</summary>
    public static IReadOnlyDictionary<string, FieldDescriptor> Of(MessageDescriptor message) => ByName.GetOrAdd(message, static message =>
    {
        var fields = new Dictionary<string, FieldDescriptor>(StringComparer.Ordinal);
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            if (!IsStructured(field))
            {
                fields.Add(NameOf(field), field);
            }
        }

        return fields;
    });

    /// <summary>A field by its path, such as <c>filter.key_prefix</c>.</summary>
    public static FieldDescriptor? Find(MessageDescriptor message, string path)
    {
        FieldDescriptor? field = null;
        foreach (var name in path.Split('.'))
        {
            field = message.FindFieldByName(name);
            if (field is null)
            {
                return null;
            }

            message = field.FieldType == FieldType.Message ? field.MessageType : message;
        }

        return field;
    }

    /// <summary>The paths of all fields that a text can fill.</summary>
    public static IEnumerable<string> Leaves(MessageDescriptor message) => message.Fields.InDeclarationOrder().SelectMany(field =>
        IsStructured(field) || (field.IsRepeated && field.FieldType == FieldType.Message) ? []
        : field.FieldType != FieldType.Message || IsText(field.MessageType) ? [field.Name]
        : Leaves(field.MessageType).Select(inner => $"{field.Name}.{inner}"));

    /// <summary>Whether a message is one text in JSON.</summary>
    public static bool IsText(MessageDescriptor message) =>
        message == Timestamp.Descriptor || message == Duration.Descriptor || message == FieldMask.Descriptor;

    public static bool IsStructured(FieldDescriptor field) =>
        field.FieldType == FieldType.Message && field.MessageType == Value.Descriptor;

    /// <summary>The message that holds the last field of a path. What is missing on the way is made.</summary>
    public static (IMessage Holder, FieldDescriptor Field) Reach(IMessage message, string path)
    {
        var names = path.Split('.');
        foreach (var name in names[..^1])
        {
            var field = message.Descriptor.FindFieldByName(name);
            var inner = (IMessage?)field.Accessor.GetValue(message);
            if (inner is null)
            {
                inner = field.MessageType.Parser.ParseFrom([]);
                field.Accessor.SetValue(message, inner);
            }

            message = inner;
        }

        return (message, message.Descriptor.FindFieldByName(names[^1]));
    }
}
