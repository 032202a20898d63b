using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Writing;
using Syntha.Server.Mapping;

namespace Syntha.Server.Tools;

internal sealed class SubscribeToTopicsTool() : WritingTool(
    Tool.SubscribeToTopics,
    "Subscribe to topics",
    "Subscribe to topics, besides those that you have: you can then read what is shared with them.",
    new ToolParameter("topics", ParameterKind.TextList, "Topics to add.", IsRequired: true))
{
    public override ImmutableArray<ResultMember> Results { get; } =
    [
        new("agent", ResultKind.Text), new("topics", ResultKind.TextList), new("topics_subscribed", ResultKind.TextList),
    ];

    public override WritingCall Parse(AgentName agent, ToolArguments arguments)
    {
        var topics = arguments.FindList("topics");
        FromWire.CheckCount(topics.Length, ItemLimits.MaxTopics, "topics");
        return new Call(agent, [.. topics.Select(TopicName.Parse).Distinct()]);
    }

    private sealed record Call(AgentName Agent, ImmutableArray<TopicName> Topics) : WritingCall
    {
        public override MeshCommand Command => new AddTopics(Agent, Topics);

        public override ToolResult ResultOf(CommandResult result, MeshView view) =>
            ToolResult.Success($"Agent '{Agent}' registered for topics: {string.Join(", ", Topics)}", json =>
            {
                json.WriteString("agent", Agent.Value);
                json.WriteList("topics", Topics);
                json.WriteList("topics_subscribed", view.TopicsOf(Agent));
            });
    }
}
