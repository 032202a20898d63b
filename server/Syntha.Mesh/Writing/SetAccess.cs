using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>Sets the tools that an agent may use. Null: all.</summary>
public sealed record SetAccess(AgentName Agent, AgentAccess? Access) : MeshCommand
{
    internal override Tool? CountsAs => null;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        evaluation.PutAgent(evaluation.AgentOf(Agent) with
        {
            Access = Access is { IsEmpty: true } ? null : Access,
        });
        return CommandAnswer.None;
    }
}
