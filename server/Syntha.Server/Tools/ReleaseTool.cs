using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Writing;

namespace Syntha.Server.Tools;

internal sealed class ReleaseTool() : WritingTool(
    Tool.Release,
    "Release",
    "Give back what you have claimed, so that another agent can have it.",
    new ToolParameter("name", ParameterKind.Text, "What you have claimed.", IsRequired: true))
{
    public override ImmutableArray<ResultMember> Results { get; } = [new("name", ResultKind.Text)];

    public override bool IsIdempotent => false;

    public override WritingCall Parse(AgentName agent, ToolArguments arguments) =>
        new Call(ContextKey.Parse(arguments.GetText("name")));

    private sealed record Call(ContextKey Name) : WritingCall
    {
        public override MeshCommand Command => new ReleaseClaim(new(Name, null)) { IsByName = true };

        public override ToolResult ResultOf(CommandResult result, MeshView view) =>
            ToolResult.Success($"'{Name.Value}' is released", json => json.WriteString("name", Name.Value));
    }
}
