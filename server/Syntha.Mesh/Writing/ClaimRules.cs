using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>
/// What the commands on claims have in common. A claim passes from one holder to the next within one command, so that the log shows one
/// holder at most at each revision, and no one comes in between.
/// </summary>
internal static class ClaimRules
{
    /// <summary>
    /// A claim as of this command. Where the lease of its holder is over, that is logged, and the next one in line has it.
    /// </summary>
    public static ClaimRecord Settle(Evaluation evaluation, ContextKey name)
    {
        var record = evaluation.State.Claims.Find(name) ?? new(name, Readers.Everyone);
        return record.Hold is not null && record.FindHold(evaluation.Now) is null
            ? PassOn(evaluation, record, ChangeKind.ClaimExpired)
            : record;
    }

    /// <summary>Ends the hold of a claim, and gives it to the first one in line that may have it.</summary>
    public static ClaimRecord PassOn(Evaluation evaluation, ClaimRecord record, ChangeKind end)
    {
        var line = record.LiveLine(evaluation.Now).ToImmutableArray();
        var first = 0;
        while (first < line.Length && !MayHold(evaluation, record, line[first]))
        {
            first++;
        }

        var freed = Free(evaluation, record, end, line[first..]);
        return first == line.Length
            ? freed
            : Give(evaluation, freed with { Line = freed.Line.RemoveAt(0) }, line[first].Agent, line[first].Lease, line[first].Id);
    }

    /// <summary>Logs that a claim has no holder. What follows in the same command may give it to another.</summary>
    public static ClaimRecord Free(Evaluation evaluation, ClaimRecord record, ChangeKind end, ImmutableArray<ClaimTicket> line)
    {
        var freed = record with { Hold = null, Line = line, Readers = record.Readers with { Author = null } };
        evaluation.PutClaim(end, freed, record.Readers);
        return freed;
    }

    public static ClaimRecord Give(Evaluation evaluation, ClaimRecord record, AgentName? holder, TimeSpan lease, Guid? ticket)
    {
        var given = record with
        {
            Hold = new(holder, evaluation.NextPlace.Revision, lease, evaluation.Now + lease, ticket),
            Readers = record.Readers with { Author = holder },
        };
        evaluation.PutClaim(ChangeKind.Claimed, given);
        return given;
    }

    /// <summary>The refusal of a claim that another holds. Who may not see the claim learns nothing about the holder.</summary>
    public static MeshException Held(Evaluation evaluation, ClaimRecord record)
    {
        if (record.Hold is not { } hold || !evaluation.ActorMayRead(record.Readers))
        {
            return new(ErrorReason.ClaimHeld, "Another holds this claim. Work on something else, or try again later.");
        }

        var until = hold.Until.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var refusal = new MeshException(
            ErrorReason.ClaimHeld,
            $"{(hold.Agent is { } agent ? $"The agent '{agent}'" : "The owner")} holds this claim until {until}, unless it is renewed or " +
            "released before. Work on something else, try again later, or wait in line.")
        {
            Metadata = { ["until"] = until },
        };
        if (hold.Agent is { } holder)
        {
            refusal.Metadata["holder"] = holder.Value;
        }

        return refusal;
    }

    /// <summary>
    /// Whether one that waits may get the claim. One that may not see it any more, or may not write to its routing, has left the line.
    /// </summary>
    public static bool MayHold(Evaluation evaluation, ClaimRecord record, ClaimTicket ticket)
    {
        if (ticket.Agent is not { } agent)
        {
            return true;
        }

        var known = evaluation.State.Agents.GetValueOrDefault(agent);
        var routing = record.Readers with { Author = null };
        return routing.Admit(agent, known) && known?.Permissions?.Allows(routing) != false &&
            (known?.Access?.Available ?? ToolSet.Standard).Has(Tool.PushContext);
    }
}
