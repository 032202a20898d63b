using System.Text.Json;

namespace Syntha.Server.Tools;

/// <summary>Writes lists into results.</summary>
internal static class ResultJson
{
    public static void WriteList(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    public static void WriteList(this Utf8JsonWriter json, string name, IEnumerable<TopicName> topics) =>
        json.WriteList(name, topics.Select(topic => topic.Value));
}
