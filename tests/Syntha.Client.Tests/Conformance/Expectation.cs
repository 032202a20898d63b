using System.Text.Json.Nodes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>Compares an answer with the expectation of a scenario.</summary>
/// <param name="saved">The parts of answers that the scenario has saved.</param>
/// <param name="untold">Members, as paths without places in lists, that the client's method does not return.</param>
internal sealed class Expectation(Saved saved, IReadOnlySet<string> untold)
{
    /// <returns>The differences, one text each.</returns>
    internal IEnumerable<string> Differences(JsonNode? expected, JsonNode? actual, string at = "")
    {
        if (Saved.IsName(expected))
        {
            switch ((string)expected!)
            {
                case "$any":
                    return actual is null || IsText(actual, string.Empty) ? [$"{at}: there is nothing"] : [];
                case "$absent":
                    return actual is null ? [] : [$"{at}: {actual.ToJsonString()}, and not nothing"];
                default:
                    expected = saved[((string)expected!)[1..]];
                    break;
            }
        }

        if (Saved.Only(expected, "$json") is not null)
        {
            return JsonNode.DeepEquals(Parsed(saved.Fill(expected)), Parsed(actual))
                ? []
                : [$"{at}: {actual}, and not the JSON {expected}"];
        }

        return Saved.Only(expected, "$jsonWith") is { } held
            ? new Expectation(saved, new HashSet<string>()).Differences(held, Parsed(actual), at)
            : expected switch
            {
                JsonObject members => OfMembers(members, actual, at),
                JsonArray { Count: > 0 } list => OfList(list, actual, at),
                _ when actual is null && IsDefault(expected) => [],
                _ => JsonNode.DeepEquals(expected, actual) ? [] : [$"{at}: {actual?.ToJsonString() ?? "nothing"}, and not {expected}"],
            };
    }

    private static bool IsDefault(JsonNode? node) => node switch
    {
        JsonArray { Count: 0 } => true,
        JsonValue => node.ToJsonString() is "false" or "0" or "\"\"" or "\"0\"",
        _ => false,
    };

    private static bool IsText(JsonNode node, string text) =>
        node is JsonValue value && value.TryGetValue<string>(out var own) && own == text;

    private static JsonNode? Parsed(JsonNode? text) => text is JsonValue value ? JsonNode.Parse((string)value!) : null;

    private IEnumerable<string> OfMembers(JsonObject expected, JsonNode? actual, string at)
    {
        if (actual is not JsonObject)
        {
            return [$"{at}: {actual?.ToJsonString() ?? "nothing"}, and not an object"];
        }

        return expected
            .Select(member => (member.Key, member.Value, Path: at.Length == 0 ? member.Key : $"{at}.{member.Key}"))
            .Where(member => !untold.Contains(member.Path))
            .SelectMany(member => Differences(member.Value, actual[member.Key], member.Path));
    }

    private IEnumerable<string> OfList(JsonArray expected, JsonNode? actual, string at) =>
        actual is JsonArray list && list.Count == expected.Count
            ? expected.Zip(list).SelectMany(pair => Differences(pair.First, pair.Second, at))
            : [$"{at}: {actual?.ToJsonString() ?? "nothing"}, and not {expected.Count} of them"];
}
