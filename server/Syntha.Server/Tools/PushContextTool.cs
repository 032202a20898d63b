using System.Globalization;
using System.Text.Json;
using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Values;
using Syntha.Mesh.Writing;
using Syntha.Server.Mapping;

namespace Syntha.Server.Tools;

internal sealed class PushContextTool() : WritingTool(
    Tool.PushContext,
    "Push context",
    "Share a value, or replace one that you can read. Topics: agents subscribed to any of them can read it. Subscribers: the agents named " +
    "can. Neither: all agents can.",
    new ToolParameter("key", ParameterKind.Text, "Name of the value.", IsRequired: true),
    new ToolParameter("value", ParameterKind.Text, "The value: text, or JSON as text.", IsRequired: true),
    new ToolParameter("topics", ParameterKind.TextList, "Topics to share it with."),
    new ToolParameter("subscribers", ParameterKind.TextList, "Names of agents to share it with."),
    new ToolParameter("ttl_hours", ParameterKind.Number, "Hours until it expires; 0: never. Default 24."))
{
    private const double DefaultHours = 24;

    // Fewer than a program may name: they are all told again in the result.
    private const int MaxSubscribers = 1_000;
    private const int MaxNamesInMessage = 20;

    // Ten thousand years, as everywhere.
    private const double MaxHours = 87_660_000;

    public override bool IsIdempotent => false;

    public override MeshCommand CommandOf(AgentName agent, ToolArguments arguments)
    {
        var topics = arguments.FindList("topics");
        var subscribers = arguments.FindList("subscribers");
        Incoming.Demand(topics.Length, Incoming.MaxTopics, "topics");
        Incoming.Demand(subscribers.Length, MaxSubscribers, "subscribers");
        return new PushItems([new(
            ContextKey.Parse(arguments.GetText("key")),
            JsonOf(arguments),
            MetadataJson: null,
            [.. topics.Select(TopicName.Parse).Distinct()],
            [.. subscribers.Select(AgentName.Parse).Distinct()],
            TimeToLive(Hours(arguments)),
            IfRevision: null)]);
    }

    public override ToolResult Tell(AgentName agent, ToolArguments arguments, CommandResult result, MeshView view)
    {
        var key = arguments.GetText("key");
        var topics = arguments.FindList("topics").Distinct().ToList();
        var subscribers = arguments.FindList("subscribers").Distinct().ToList();
        return ToolResult.Success(Message(key, topics, subscribers), json =>
        {
            json.WriteString("key", key);
            json.WritePropertyName("value");
            json.WriteRawValue(JsonOf(arguments), skipInputValidation: true);
            json.WriteList("topics", topics);
            json.WriteList("subscribers", subscribers);
            json.WriteNumber("ttl_hours", Hours(arguments));
            json.WriteString("sender_agent", agent.Value);
        });
    }

    private static string Message(string key, List<string> topics, List<string> subscribers)
    {
        string[] parts =
        [
            .. topics.Count > 0 ? [$"topics: {Told(topics)}"] : Array.Empty<string>(),
            .. subscribers.Count > 0 ? [$"subscribers: {Told(subscribers)}"] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? $"Context '{key}' shared globally" : $"Context '{key}' shared with {string.Join(" and ", parts)}";
    }

    private static string Told(List<string> names) => names.Count <= MaxNamesInMessage
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(MaxNamesInMessage))} and {names.Count - MaxNamesInMessage} more";

    // JSON where the text is JSON, else the text; and where a model gave no text but the value itself, that.
    private static string JsonOf(ToolArguments arguments)
    {
        var value = arguments.FindRaw("value")!;
        try
        {
            JsonText.Check(value, Incoming.MaxValueBytes);
            return value;
        }
        catch (MeshException noJson) when (noJson.Reason == ErrorReason.JsonInvalid && arguments.IsText("value"))
        {
            var text = JsonSerializer.Serialize(value, Relaxed);
            JsonText.Check(text, Incoming.MaxValueBytes);
            return text;
        }
    }

    private static double Hours(ToolArguments arguments) => arguments.FindNumber("ttl_hours") ?? DefaultHours;

    private static TimeSpan? TimeToLive(double hours) => hours switch
    {
        <= 0 => null,
        > MaxHours => throw new ArgumentFault($"Argument 'ttl_hours' must be at most {MaxHours.ToString(CultureInfo.InvariantCulture)}; 0: never expires"),
        _ => TimeSpan.FromHours(hours),
    };

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
