using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>
/// Prolongs places in the line of a claim, all of them by one change. The mesh's own command: a node gives it for the streams that it
/// serves. A place whose agent may not hold the claim any more is not prolonged.
/// </summary>
/// <param name="Name">The claim's name.</param>
/// <param name="Places">The places. One that is not in line stays out of it.</param>
internal sealed record KeepLine(ContextKey Name, IReadOnlySet<LinePlace> Places) : MeshCommand
{
    internal override Tool? CountsAs => null;

    internal override long BytesIn(State.MeshState state) => base.BytesIn(state) + (100L * Places.Count);

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        if (evaluation.State.Claims.Find(Name) is not { } record || record.FindHold(evaluation.Now) is null)
        {
            return CommandAnswer.None;
        }

        var line = record.LiveLine(evaluation.Now).Select(ticket => MayStay(ticket)
            ? ticket with { Until = evaluation.Now + ticket.Grace }
            : ticket).ToImmutableArray();
        if (!line.SequenceEqual(record.Line))
        {
            evaluation.PutClaim(
                ChangeKind.ClaimRenewed, record with { Line = line }, isQuiet: line.Length == record.Line.Length);
        }

        return CommandAnswer.None;

        bool MayStay(ClaimTicket ticket) =>
            Places.Contains(new(ticket.Agent, ticket.Id)) && ClaimRules.MayHold(evaluation, record, ticket);
    }
}

/// <summary>Names a place in the line of a claim.</summary>
/// <param name="Agent">The one who waits. Null: the owner.</param>
/// <param name="Ticket">The ticket.</param>
public readonly record struct LinePlace(AgentName? Agent, Guid Ticket);
