using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>Holds a claim for longer.</summary>
/// <param name="Token">The holder's token.</param>
/// <param name="Lease">How long it is held from now on. Null: as long as before.</param>
public sealed record RenewClaim(FencingToken Token, TimeSpan? Lease) : MeshCommand
{
    internal override Tool? CountsAs => Tool.PushContext;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        var record = evaluation.DemandClaim(Token);
        evaluation.DemandPost(record.Readers);
        var lease = Lease ?? record.Hold!.Lease;
        var renewed = record with { Hold = record.Hold! with { Lease = lease, Until = evaluation.Now + lease } };
        evaluation.PutClaim(ChangeKind.ClaimRenewed, renewed);
        return CommandAnswer.OfClaim(renewed);
    }
}
