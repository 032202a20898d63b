using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>
/// Gives up a place in the line of a claim, and the claim itself where the caller has come to hold it by this place meanwhile. Answers
/// whether the caller had either.
/// </summary>
/// <param name="Name">The claim's name.</param>
/// <param name="Ticket">The place.</param>
public sealed record LeaveLine(ContextKey Name, Guid Ticket) : MeshCommand
{
    internal override Tool? CountsAs => Tool.PushContext;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        if (evaluation.State.Claims.Find(Name) is not { } record)
        {
            return CommandAnswer.None;
        }

        var hold = record.FindHold(evaluation.Now);
        if (hold?.Ticket == Ticket && hold.Agent == evaluation.Actor)
        {
            ClaimRules.PassOn(evaluation, record, ChangeKind.ClaimReleased);
            return new(Items: 1);
        }

        var line = record.LiveLine(evaluation.Now).ToImmutableArray();
        var left = line.RemoveAll(ticket => ticket.Id == Ticket && ticket.Agent == evaluation.Actor);
        if (left.Length == line.Length)
        {
            return CommandAnswer.None;
        }

        if (hold is null)
        {
            // Before it is passed on, or the one that leaves could get it.
            ClaimRules.PassOn(evaluation, record with { Line = left }, ChangeKind.ClaimExpired);
        }
        else
        {
            evaluation.PutClaim(ChangeKind.ClaimRenewed, record with { Line = left });
        }

        return new(Items: 1);
    }
}
