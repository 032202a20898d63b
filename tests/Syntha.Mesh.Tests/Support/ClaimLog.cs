using Syntha.Tests.Support;

namespace Syntha.Mesh.Tests.Support;

/// <summary>The claims in a mesh's log, as the checker reads them.</summary>
internal static class ClaimLog
{
    public static IEnumerable<ClaimRow> Rows(IEnumerable<Change> log) =>
        log.Where(change => change.Claim is not null).Select(change => RowOf(change, change.Claim!));

    public static ClaimRow RowOf(Change change, ClaimRecord claim) => new(
        change.Place.Revision, change.Place.Index, change.Time,
        change.Kind switch
        {
            ChangeKind.Claimed => ClaimRowKind.Claimed,
            ChangeKind.ClaimRenewed => ClaimRowKind.Renewed,
            ChangeKind.ClaimReleased => ClaimRowKind.Released,
            ChangeKind.ClaimExpired => ClaimRowKind.Expired,
            _ => throw new InvalidOperationException($"A claim in a row of kind {change.Kind}."),
        },
        change.Subject,
        claim.Hold is { } hold ? NameOf(hold.Agent) : null,
        claim.Hold?.Revision ?? 0,
        claim.Hold?.Until ?? default,
        [.. claim.Line.Select(ticket => new ClaimRowTicket($"{ticket.Id} {NameOf(ticket.Agent)}", NameOf(ticket.Agent), ticket.Until))]);

    public static string NameOf(AgentName? agent) => agent?.Value ?? ClaimChecker.Owner;
}
