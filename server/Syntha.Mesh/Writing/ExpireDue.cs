using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>
/// Logs the expiry of the items and claims that are due, passes such claims on, and drops places in line that were given up. The mesh's own
/// command.
/// </summary>
internal sealed record ExpireDue : MeshCommand
{
    internal override Tool? CountsAs => null;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        long expired = 0;
        foreach (var deadline in evaluation.State.Deadlines.TakeWhile(deadline => deadline.At <= evaluation.Now))
        {
            evaluation.Expire(evaluation.State.Items[deadline.Key]);
            expired++;
        }

        foreach (var claim in evaluation.State.Claims.Due(evaluation.Now))
        {
            if (claim.FindHold(evaluation.Now) is null)
            {
                ClaimRules.PassOn(evaluation, claim, ChangeKind.ClaimExpired);
            }
            else
            {
                evaluation.PutClaim(ChangeKind.ClaimRenewed, claim with { Line = [.. claim.LiveLine(evaluation.Now)] });
            }

            expired++;
        }

        return new(Items: expired);
    }
}
