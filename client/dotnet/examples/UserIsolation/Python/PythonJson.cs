using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Syntha.Examples.UserIsolation.Python;

/// <summary>
/// JSON in the form of Python's <c>json.dumps(value, indent=2)</c>. System.Text.Json escapes other characters and writes hexadecimal
/// digits in upper case, so its output would differ from what the seed's programs print.
/// </summary>
internal static class PythonJson
{
    private const int Indent = 2;

    internal static string Dumps(JsonNode? value)
    {
        var text = new StringBuilder();
        Write(text, value, depth: 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int depth)
    {
        switch (node)
        {
            case JsonObject members:
                WriteAll(text, '{', '}', members, depth, member =>
                {
                    WriteString(text, member.Key);
                    text.Append(": ");
                    Write(text, member.Value, depth + 1);
                });
                break;
            case JsonArray elements:
                WriteAll(text, '[', ']', elements, depth, element => Write(text, element, depth + 1));
                break;
            case { } value when value.GetValueKind() == JsonValueKind.String:
                WriteString(text, value.GetValue<string>());
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private static void WriteAll<T>(StringBuilder text, char open, char close, ICollection<T> parts, int depth, Action<T> write)
    {
        text.Append(open);
        var separator = "";
        foreach (var part in parts)
        {
            text.Append(separator).Append('\n').Append(' ', Indent * (depth + 1));
            write(part);
            separator = ",";
        }

        if (parts.Count > 0)
        {
            text.Append('\n').Append(' ', Indent * depth);
        }

        text.Append(close);
    }

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\f' => text.Append("\\f"),
                '\b' => text.Append("\\b"),
                >= ' ' and <= '~' => text.Append(character),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
            };
        }

        text.Append('"');
    }
}
