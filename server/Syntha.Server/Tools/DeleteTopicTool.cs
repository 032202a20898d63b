using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Writing;

namespace Syntha.Server.Tools;

internal sealed class DeleteTopicTool() : WritingTool(
    Tool.DeleteTopic,
    "Delete topic",
    "Delete a topic for all agents: every subscription to it, and the items that are shared with it alone. Cannot be undone.",
    new ToolParameter("topic", ParameterKind.Text, "The topic.", IsRequired: true),
    new ToolParameter("confirm", ParameterKind.Flag, "Must be true, or nothing is deleted. Default false."))
{
    private const int MaxTopicsTold = 100;

    public override ImmutableArray<ResultMember> Results { get; } =
    [
        new("topic", ResultKind.Text), new("subscribers_affected", ResultKind.TextList), new("context_items_deleted", ResultKind.Number),
    ];

    public override bool IsDestructive => true;

    public override WritingCall Parse(AgentName agent, ToolArguments arguments) =>
        new Call(arguments.IsSet("confirm"), arguments.GetText("topic"));

    private sealed record Call(bool IsConfirmed, string Topic) : WritingCall
    {
        public override ToolResult? Refusal => IsConfirmed
            ? null
            : ToolResult.Refusal(
                "Deletion not confirmed: set 'confirm' to true to delete the topic", json => json.WriteString("topic", Topic));

        public override MeshCommand Command => new DeleteTopic(TopicName.Parse(Topic));

        public override ToolResult ResultOf(CommandResult result, MeshView view)
        {
            if (result.Answer.Topics is null)
            {
                return ToolResult.Refusal($"Topic '{Topic}' does not exist", json =>
                {
                    json.WriteString("topic", Topic);
                    json.WriteList("available_topics", view.ListTopics(after: null, MaxTopicsTold).Topics.Select(listing => listing.Name));
                });
            }
            return ToolResult.Success($"Topic '{Topic}' deleted", json =>
            {
                json.WriteString("topic", Topic);
                json.WriteList("subscribers_affected", result.Answer.Subscribers ?? []);
                json.WriteNumber("context_items_deleted", result.Answer.Items);
            });
        }
    }
}
