using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>Says which tools an agent may use; null: all.</summary>
public sealed record SetAccess(AgentName Agent, AgentAccess? Access) : MeshCommand
{
    internal override Tool? CountsAs => null;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        evaluation.PutAgent(evaluation.State.Agents.GetValueOrDefault(Agent, new(Agent)) with
        {
            Access = Access is { IsEmpty: true } ? null : Access,
        });
        return CommandAnswer.None;
    }
}
