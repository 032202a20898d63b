using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Syntha.Examples.UserIsolation.Python;

/// <summary>Values in the form in which Python's <c>print</c> shows dictionaries, lists and sets.</summary>
internal static class PythonRepr
{
    internal static string Of(JsonNode? node) => node switch
    {
        null => "None",
        JsonObject members => "{" + string.Join(", ", members.Select(member => $"{OfText(member.Key)}: {Of(member.Value)}")) + "}",
        JsonArray elements => "[" + string.Join(", ", elements.Select(Of)) + "]",
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => OfText(node.GetValue<string>()),
            JsonValueKind.True => "True",
            JsonValueKind.False => "False",
            _ => node.ToJsonString(),
        },
    };

    internal static string OfList(IEnumerable<string> texts) => "[" + string.Join(", ", texts.Select(OfText)) + "]";

    /// <summary>Python's order of a set changes from run to run; here it is that of the texts.</summary>
    internal static string OfSet(IEnumerable<string> texts)
    {
        var ordered = texts.Order(StringComparer.Ordinal).Select(OfText).ToList();
        return ordered.Count == 0 ? "set()" : "{" + string.Join(", ", ordered) + "}";
    }

    private static string OfText(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var shown = new StringBuilder().Append(quote);
        foreach (var character in text)
        {
            _ = character switch
            {
                '\\' => shown.Append("\\\\"),
                '\n' => shown.Append("\\n"),
                '\r' => shown.Append("\\r"),
                '\t' => shown.Append("\\t"),
                _ when character == quote => shown.Append('\\').Append(quote),
                < ' ' or '\x7f' => shown.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}"),
                _ => shown.Append(character),
            };
        }

        return shown.Append(quote).ToString();
    }
}
