using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Syntha.Page.Items;

/// <summary>What is written in the form for an item.</summary>
internal sealed class ItemDraft
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private Item? former;
    private (string Value, string Topics, string Subscribers, string Metadata) shown = ("", "", "", "");

    /// <summary>The item's key.</summary>
    public string Key { get; set; } = "";

    /// <summary>The value, as JSON text.</summary>
    public string Value { get; set; } = "";

    /// <summary>Topics, one in each line.</summary>
    public string Topics { get; set; } = "";

    /// <summary>Agents, one in each line.</summary>
    public string Subscribers { get; set; } = "";

    /// <summary>The time to live in seconds. Empty: it never expires.</summary>
    public string Seconds { get; set; } = "";

    /// <summary>Notes, as the text of a JSON object. Empty: none.</summary>
    public string Metadata { get; set; } = "";

    /// <summary>The revision that it replaces. 0: the key must be new.</summary>
    public long IfRevision { get; set; }

    /// <summary>A draft that changes an item. What stays as it is shown is written as it was.</summary>
    public static ItemDraft Of(Item item, DateTimeOffset now)
    {
        var draft = new ItemDraft
        {
            Key = item.Key,
            Value = Pretty(item.ValueJson),
            Topics = string.Join('\n', item.Topics),
            Subscribers = string.Join('\n', item.Subscribers),
            Metadata = item.HasMetadataJson ? item.MetadataJson : "",
            Seconds = item.ExpireTime is { } expires
                ? Math.Max(1, (long)Math.Ceiling((expires.ToDateTimeOffset() - now).TotalSeconds)).ToString(CultureInfo.InvariantCulture)
                : "",
            IfRevision = item.Revision,
            former = item,
        };
        draft.shown = (draft.Value, draft.Topics, draft.Subscribers, draft.Metadata);
        return draft;
    }

    /// <summary>The item to write.</summary>
    /// <param name="fault">What is wrong with it. Null: nothing that the server does not say better.</param>
    public ItemWrite? ToWrite(out string? fault)
    {
        fault = null;
        var write = new ItemWrite
        {
            Key = Key,
            ValueJson = former is not null && Value == shown.Value ? former.ValueJson : Value,
            IfRevision = IfRevision,
        };
        write.Topics.AddRange(former is not null && Topics == shown.Topics ? former.Topics : Lines(Topics));
        write.Subscribers.AddRange(former is not null && Subscribers == shown.Subscribers ? former.Subscribers : Lines(Subscribers));
        if (!string.IsNullOrWhiteSpace(Metadata))
        {
            write.MetadataJson = former is not null && Metadata == shown.Metadata ? former.MetadataJson : Metadata;
        }

        if (!string.IsNullOrWhiteSpace(Seconds))
        {
            if (!long.TryParse(Seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ||
                seconds is < 1 or > Duration.MaxSeconds)
            {
                fault = "The time to live is a whole number of seconds, 1 or more. Leave it empty for an item that stays.";
                return null;
            }

            write.Ttl = new() { Seconds = seconds };
        }

        return write;
    }

    /// <summary>All of an item in lines, so that two can be compared.</summary>
    public static string TextOf(Item item) => TextOf(item.ValueJson, item.Topics, item.Subscribers, item.MetadataJson);

    /// <summary>All of the draft in lines, so that it can be compared.</summary>
    public string ToText() => TextOf(Value, Lines(Topics), Lines(Subscribers), Metadata);

    /// <summary>JSON text with a line for each member. Numbers stay as they are written. A text that is no JSON stays as it is.</summary>
    public static string Pretty(string json)
    {
        try
        {
            using var parsed = JsonDocument.Parse(json);
            return JsonSerializer.Serialize(parsed.RootElement, Indented);
        }
        catch (JsonException)
        {
            return json;
        }
    }

    private static string TextOf(string value, IEnumerable<string> topics, IEnumerable<string> subscribers, string metadata) =>
        $"{Pretty(value)}\ntopics: {string.Join(", ", topics)}\nagents: {string.Join(", ", subscribers)}\nnotes: {Pretty(metadata)}";

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
