using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>The parts of answers that a scenario has saved, and their use in requests. For one scenario.</summary>
internal sealed class Saved
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, JsonNode> saved = new(StringComparer.Ordinal);

    internal static bool IsName(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text)
        && text.Length > 1 && text[0] == '$' && char.IsAsciiLetterLower(text[1]);

    /// <summary>The member of that name, of an object that has no other member.</summary>
    internal static JsonNode? Only(JsonNode? node, string name) =>
        node is JsonObject { Count: 1 } single && single.TryGetPropertyValue(name, out var value) ? value : null;

    internal JsonNode this[string name] => saved[name];

    internal void Keep(JsonObject step, JsonNode answer)
    {
        foreach (var (name, path) in step["save"]?.AsObject() ?? [])
        {
            saved[name] = ((string)path!).Split('.').Aggregate((JsonNode?)answer, Member)!.DeepClone();
        }
    }

    /// <summary>Fills a request: replaces the names in it by what was saved.</summary>
    internal JsonNode? Fill(JsonNode? template) => template switch
    {
        _ when IsName(template) => saved[((string)template!)[1..]].DeepClone(),
        _ when Only(template, "$json") is { } value => JsonValue.Create(Fill(value)!.ToJsonString(Plain)),
        _ when Only(template, "$repeat") is JsonArray repeat =>
            JsonValue.Create(string.Concat(Enumerable.Repeat((string)repeat[0]!, (int)repeat[1]!))),
        JsonArray list => new JsonArray([.. list.Select(Fill)]),
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Fill(member.Value)))),
        _ => template?.DeepClone(),
    };

    private static JsonNode? Member(JsonNode? node, string name) =>
        node is JsonArray list ? list[int.Parse(name, CultureInfo.InvariantCulture)] : node![name];
}
