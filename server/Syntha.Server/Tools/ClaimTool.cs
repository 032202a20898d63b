using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Writing;
using Syntha.Server.Mapping;

namespace Syntha.Server.Tools;

internal sealed class ClaimTool() : WritingTool(
    Tool.Claim,
    "Claim",
    "Claim a name, such as a task, before you work on it, so that no other agent does. Claim it again to hold it for longer. Release it " +
    "when done.",
    new ToolParameter("name", ParameterKind.Text, "What to claim.", IsRequired: true),
    new ToolParameter("lease_seconds", ParameterKind.Number, "How long you hold it, 1 to 86400 seconds. Default 60."),
    new ToolParameter("topics", ParameterKind.TextList, "Topics whose subscribers may see the claim. Default: all agents see it."))
{
    public override ImmutableArray<ResultMember> Results { get; } =
        [new("name", ResultKind.Text), new("held_until", ResultKind.Text)];

    public override bool IsIdempotent => true;

    public override WritingCall Parse(AgentName agent, ToolArguments arguments)
    {
        var write = new V1.ClaimWrite { Name = arguments.GetText("name") };
        if (arguments.FindNumber("lease_seconds") is { } seconds)
        {
            if (!double.IsFinite(seconds) || seconds < 1 || seconds > 86_400)
            {
                throw new ArgumentFault("Argument 'lease_seconds' must be between 1 and 86400");
            }

            write.Lease = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));
        }

        write.Topics.AddRange(arguments.FindList("topics"));
        return new Call(ClaimMapping.FromWire(write, "claim") with { RenewsOwn = true });
    }

    private sealed record Call(ClaimName Claim) : WritingCall
    {
        public override MeshCommand Command => Claim;

        public override ToolResult ResultOf(CommandResult result, MeshView view) =>
            ToolResult.Success($"'{Claim.Name.Value}' is yours", json =>
            {
                json.WriteString("name", Claim.Name.Value);
                json.WriteString("held_until", result.Answer.ExpireTime.UtcDateTime);
            });
    }
}
