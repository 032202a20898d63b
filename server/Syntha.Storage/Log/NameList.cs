using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Log;

/// <summary>Topics and subscribers as a store keeps them: a JSON array of text. An empty list is NULL.</summary>
internal static class NameList
{
    /// <summary>
    /// Keeps the text readable for people who open the file. The text never becomes part of a web page, so nothing needs escaping.
    /// </summary>
    public static JsonWriterOptions Relaxed { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static string? Write(ImmutableArray<TopicName> topics) =>
        topics.IsEmpty ? null : Write(topics.Length, index => topics[index].Value);

    public static string? Write(ImmutableArray<AgentName> agents) =>
        agents.IsEmpty ? null : Write(agents.Length, index => agents[index].Value);

    /// <exception cref="FormatException">The text is not such a list.</exception>
    public static ImmutableArray<TName> Read<TName>(string json, Func<string, TName> parse)
    {
        var texts = JsonSerializer.Deserialize(json, StoredJson.Default.StringArray)
            ?? throw new FormatException("A list of names is null.");
        return ImmutableCollectionsMarshal.AsImmutableArray(Array.ConvertAll(texts, text => parse(text)));
    }

    private static string Write(int count, Func<int, string> name)
    {
        using var buffer = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            writer.WriteStartArray();
            for (var index = 0; index < count; index++)
            {
                writer.WriteStringValue(name(index));
            }

            writer.WriteEndArray();
        }
        return buffer.ToText();
    }
}
