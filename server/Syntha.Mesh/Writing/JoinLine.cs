using System.Globalization;
using Syntha.Mesh.Access;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Writing;

/// <summary>
/// Claims a name, or takes a place in its line, or keeps the place. Who has the place already, or has come to hold the claim by it, keeps
/// what it has: so a caller that comes back loses nothing.
/// </summary>
/// <param name="Claim">What is claimed.</param>
/// <param name="Ticket">Names the place, with the actor.</param>
/// <param name="Grace">How long the place outlives this command.</param>
public sealed record JoinLine(ClaimName Claim, Guid Ticket, TimeSpan Grace) : MeshCommand
{
    /// <summary>
    /// Until when the caller has the place, as far as it knows. A place that is gone before was left, or its turn has come and gone: the
    /// caller does not join again by itself. Null: it joins where it has no place.
    /// </summary>
    public DateTimeOffset? KnownUntil { get; init; }

    internal override Tool? CountsAs => Tool.PushContext;

    internal override long BytesIn(MeshState state) => Claim.BytesIn(state);

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        var readers = new Readers(null, Claim.Topics, Claim.Subscribers);
        evaluation.DemandPost(readers);
        var record = ClaimRules.Settle(evaluation, Claim.Name);
        if (record.Hold is not { } hold)
        {
            DemandPlaceIsOver(evaluation);
            ClaimRules.Give(evaluation, new(Claim.Name, readers), evaluation.Actor, Claim.Lease, Ticket);
            return CommandAnswer.None;
        }

        if (hold.Ticket == Ticket && hold.Agent == evaluation.Actor)
        {
            return CommandAnswer.None;
        }

        // It would learn how long the line is.
        if (!evaluation.ActorMayRead(record.Readers))
        {
            throw ClaimRules.Held(evaluation, record);
        }

        evaluation.DemandPost(record.Readers);
        var line = record.LiveLine(evaluation.Now).ToImmutableArray();
        foreach (var ticket in line)
        {
            if (ticket.Id == Ticket && ticket.Agent == evaluation.Actor)
            {
                Keep(evaluation, record, line, ticket);
                return CommandAnswer.None;
            }
        }

        DemandPlaceIsOver(evaluation);
        if (line.Length >= ClaimLimits.MaxWaiting)
        {
            throw new MeshException(ErrorReason.QuotaClaims, "The line of this claim is full. Try again later.")
            {
                Metadata =
                {
                    ["quota"] = "waiting",
                    ["limit"] = ClaimLimits.MaxWaiting.ToString(CultureInfo.InvariantCulture),
                },
            };
        }

        var place = new ClaimTicket(Ticket, evaluation.Actor, Claim.Lease, Grace, evaluation.Now + Grace);
        evaluation.PutClaim(ChangeKind.ClaimRenewed, record with { Line = line.Add(place) });
        return CommandAnswer.None;
    }

    // Decided by the store's clock: that of a node may show another time.
    private void DemandPlaceIsOver(Evaluation evaluation)
    {
        if (KnownUntil is { } until && evaluation.Now < until)
        {
            throw new MeshException(
                ErrorReason.ClaimLost,
                "The caller has no place in line any more: it has left the line, or its turn has come and gone. Wait in line again.");
        }
    }

    // Written at most each third of the grace time: a caller that comes back often must not fill the log.
    private void Keep(Evaluation evaluation, ClaimRecord record, ImmutableArray<ClaimTicket> line, ClaimTicket ticket)
    {
        if (ticket.Until - evaluation.Now > Grace * 2 / 3 && ticket.Grace == Grace)
        {
            return;
        }

        var kept = line.Replace(ticket, ticket with { Grace = Grace, Until = evaluation.Now + Grace });
        evaluation.PutClaim(ChangeKind.ClaimRenewed, record with { Line = kept }, isQuiet: kept.Length == record.Line.Length);
    }
}
