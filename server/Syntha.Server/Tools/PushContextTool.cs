using System.Globalization;
using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Writing;
using Syntha.Server.Mapping;

namespace Syntha.Server.Tools;

internal sealed class PushContextTool() : WritingTool(
    Tool.PushContext,
    "Push context",
    "Share a value, or replace one that you can read. Topics: agents subscribed to any of them can read it. Subscribers: the agents " +
    "named can. Neither: all agents can.",
    new ToolParameter("key", ParameterKind.Text, "Name of the value.", IsRequired: true),
    new ToolParameter("value", ParameterKind.Text, "The value: text, or JSON as text.", IsRequired: true),
    new ToolParameter("topics", ParameterKind.TextList, "Topics to share it with."),
    new ToolParameter("subscribers", ParameterKind.TextList, "Names of agents to share it with."),
    new ToolParameter("ttl_hours", ParameterKind.Number, "Hours until it expires; 0: never. Default 24."))
{
    private const double DefaultHours = 24;

    // Fewer than a program may name, because the result repeats them all.
    private const int MaxSubscribers = 1_000;
    private const int MaxNamesInMessage = 20;

    // Ten thousand years, as for all durations.
    private const double MaxHours = 87_660_000;

    public override ImmutableArray<ResultMember> Results { get; } =
    [
        new("key", ResultKind.Text), new("value", ResultKind.Any), new("topics", ResultKind.TextList),
        new("subscribers", ResultKind.TextList), new("ttl_hours", ResultKind.Number), new("sender_agent", ResultKind.Text),
    ];

    public override bool IsIdempotent => false;

    public override WritingCall Parse(AgentName agent, ToolArguments arguments)
    {
        var topics = arguments.FindList("topics");
        var subscribers = arguments.FindList("subscribers");
        FromWire.CheckCount(topics.Length, ItemLimits.MaxTopics, "topics");
        FromWire.CheckCount(subscribers.Length, MaxSubscribers, "subscribers");
        return new Call(
            agent,
            ContextKey.Parse(arguments.GetText("key")),
            JsonArgument.Of(arguments, "value")!,
            [.. topics.Select(TopicName.Parse).Distinct()],
            [.. subscribers.Select(AgentName.Parse).Distinct()],
            Hours(arguments));
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

    private static double Hours(ToolArguments arguments)
    {
        var hours = arguments.FindNumber("ttl_hours") ?? DefaultHours;
        return hours <= MaxHours
            ? hours
            : throw new ArgumentFault(
                $"Argument 'ttl_hours' must be at most {MaxHours.ToString(CultureInfo.InvariantCulture)}; 0: never expires");
    }

    private sealed record Call(
        AgentName Agent, ContextKey Key, string ValueJson, ImmutableArray<TopicName> Topics, ImmutableArray<AgentName> Subscribers,
        double Hours) : WritingCall
    {
        public override MeshCommand Command => new PushItems(
        [
            new(
                Key, ValueJson, MetadataJson: null, Topics, Subscribers, Hours <= 0 ? null : TimeSpan.FromHours(Hours), IfRevision: null),
        ]);

        public override ToolResult ResultOf(CommandResult result, MeshView view)
        {
            var topics = Topics.Select(topic => topic.Value).ToList();
            var subscribers = Subscribers.Select(subscriber => subscriber.Value).ToList();
            return ToolResult.Success(Message(Key.Value, topics, subscribers), json =>
            {
                json.WriteString("key", Key.Value);
                json.WritePropertyName("value");
                json.WriteRawValue(ValueJson, skipInputValidation: true);
                json.WriteList("topics", topics);
                json.WriteList("subscribers", subscribers);
                json.WriteNumber("ttl_hours", Hours);
                json.WriteString("sender_agent", Agent.Value);
            });
        }
    }
}
