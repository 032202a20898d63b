using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>Gives back a claim. The first one in line has it then.</summary>
/// <param name="Token">The holder's token. For the owner, the name is enough.</param>
public sealed record ReleaseClaim(FencingToken Token) : MeshCommand
{
    /// <summary>Whether an agent gives back what it holds by its name alone. For models, which keep no tokens.</summary>
    public bool IsByName { get; init; }

    internal override Tool? CountsAs => Tool.PushContext;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        ClaimRules.PassOn(evaluation, evaluation.DemandClaim(Token, IsByName), ChangeKind.ClaimReleased);
        return CommandAnswer.None;
    }
}
