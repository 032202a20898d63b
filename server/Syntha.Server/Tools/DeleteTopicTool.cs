using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Writing;

namespace Syntha.Server.Tools;

internal sealed class DeleteTopicTool() : WritingTool(
    Tool.DeleteTopic,
    "Delete topic",
    "Delete a topic for all agents: every subscription to it, and the items that are shared with it alone. Cannot be undone.",
    new ToolParameter("topic", ParameterKind.Text, "The topic.", IsRequired: true),
    new ToolParameter("confirm", ParameterKind.Flag, "Must be true, or nothing is deleted.", IsRequired: true))
{
    private const int MaxTopicsTold = 100;

    public override bool IsDestructive => true;

    public override ToolResult? FindRefusal(ToolArguments arguments) => arguments.IsSet("confirm")
        ? null
        : ToolResult.Refusal("Deletion not confirmed: set 'confirm' to true to delete the topic", json => json.WriteString("topic", arguments.GetText("topic")));

    public override MeshCommand CommandOf(AgentName agent, ToolArguments arguments) => new DeleteTopic(TopicName.Parse(arguments.GetText("topic")));

    public override ToolResult Tell(AgentName agent, ToolArguments arguments, CommandResult result, MeshView view)
    {
        var topic = arguments.GetText("topic");
        if (result.Answer.Topics is null)
        {
            return ToolResult.Refusal($"Topic '{topic}' does not exist", json =>
                json.WriteList("available_topics", view.ListTopics(after: null, MaxTopicsTold).Topics.Select(listing => listing.Name)));
        }
        return ToolResult.Success($"Topic '{topic}' deleted", json =>
        {
            json.WriteString("topic", topic);
            json.WriteNumber("subscribers_affected", result.Answer.Agents);
            json.WriteNumber("context_items_deleted", result.Answer.Items);
        });
    }
}
