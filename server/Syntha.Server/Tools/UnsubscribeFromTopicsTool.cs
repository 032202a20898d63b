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
    public override MeshCommand CommandOf(AgentName agent, ToolArguments arguments)
    {
        var topics = arguments.FindList("topics");
        Incoming.Demand(topics.Length, Incoming.MaxTopics, "topics");
        return new UnsubscribeTopics(agent, [.. topics.Select(TopicName.Parse).Distinct()]);
    }

    public override ToolResult Tell(AgentName agent, ToolArguments arguments, CommandResult result, MeshView view)
    {
        var left = result.Answer.Topics ?? [];
        var message = left.Count == 0
            ? $"Agent '{agent}' was subscribed to none of these topics"
            : $"Agent '{agent}' unsubscribed from topics: {string.Join(", ", left)}";
        return ToolResult.Success(message, json =>
        {
            json.WriteString("agent", agent.Value);
            json.WriteList("topics_unsubscribed", left);
            json.WriteList("topics_not_subscribed", arguments.FindList("topics").Except(left));
            json.WriteList("remaining_topics", view.TopicsOf(agent));
        });
    }
}
