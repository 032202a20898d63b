using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Writing;
using Syntha.Server.Mapping;

namespace Syntha.Server.Tools;

internal sealed class UnsubscribeFromTopicsTool() : WritingTool(
    Tool.UnsubscribeFromTopics,
    "Unsubscribe from topics",
    "Give up topics: you can no longer read what is shared with them alone.",
    new ToolParameter("topics", ParameterKind.TextList, "Topics to give up.", IsRequired: true))
{
    public override ImmutableArray<ResultMember> Results { get; } =
    [
        new("agent", ResultKind.Text), new("topics_unsubscribed", ResultKind.TextList),
        new("topics_not_subscribed", ResultKind.TextList), new("remaining_topics", ResultKind.TextList),
    ];

    public override WritingCall Parse(AgentName agent, ToolArguments arguments)
    {
        var topics = arguments.FindList("topics");
        FromWire.CheckCount(topics.Length, ItemLimits.MaxTopics, "topics");
        return new Call(agent, [.. topics.Select(TopicName.Parse).Distinct()]);
    }

    private sealed record Call(AgentName Agent, ImmutableArray<TopicName> Topics) : WritingCall
    {
        public override MeshCommand Command => new UnsubscribeTopics(Agent, Topics);

        public override ToolResult ResultOf(CommandResult result, MeshView view)
        {
            var left = result.Answer.Topics ?? [];
            var message = left.Count == 0
                ? $"Agent '{Agent}' was subscribed to none of these topics"
                : $"Agent '{Agent}' unsubscribed from topics: {string.Join(", ", left)}";
            return ToolResult.Success(message, json =>
            {
                json.WriteString("agent", Agent.Value);
                json.WriteList("topics_unsubscribed", left);
                json.WriteList("topics_not_subscribed", Topics.Select(topic => topic.Value).Except(left));
                json.WriteList("remaining_topics", view.TopicsOf(Agent));
            });
        }
    }
}
