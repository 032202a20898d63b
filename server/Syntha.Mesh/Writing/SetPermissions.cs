using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>Says what an agent may post; null: anything.</summary>
public sealed record SetPermissions(AgentName Agent, PostPermissions? Permissions) : MeshCommand
{
    internal override Tool? CountsAs => null;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        evaluation.PutAgent(evaluation.State.Agents.GetValueOrDefault(Agent, new(Agent)) with { Permissions = Permissions });
        return CommandAnswer.None;
    }
}
