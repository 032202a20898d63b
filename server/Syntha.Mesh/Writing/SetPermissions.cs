using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>Sets what an agent may post. Null: anything.</summary>
public sealed record SetPermissions(AgentName Agent, PostPermissions? Permissions) : MeshCommand
{
    internal override Tool? CountsAs => null;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        evaluation.PutAgent(evaluation.AgentOf(Agent) with { Permissions = Permissions });
        return CommandAnswer.None;
    }
}
