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
    public override MeshCommand CommandOf(AgentName agent, ToolArguments arguments)
    {
        var topics = arguments.FindList("topics");
        Incoming.Demand(topics.Length, Incoming.MaxTopics, "topics");
        return new AddTopics(agent, [.. topics.Select(TopicName.Parse).Distinct()]);
    }

    public override ToolResult Tell(AgentName agent, ToolArguments arguments, CommandResult result, MeshView view)
    {
        var topics = arguments.FindList("topics").Distinct().ToList();
        return ToolResult.Success($"Agent '{agent}' subscribed to topics: {string.Join(", ", topics)}", json =>
        {
            json.WriteString("agent", agent.Value);
            json.WriteList("topics", topics);
            json.WriteList("topics_subscribed", view.TopicsOf(agent));
        });
    }
}
