using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>Gives a claim to a named agent, with a new token. Those in line keep their places.</summary>
/// <param name="Token">The holder's token. For the owner, the name is enough.</param>
/// <param name="To">The agent that gets it. Null: the owner.</param>
/// <param name="Lease">How long it is held from now on. Null: as long as before.</param>
public sealed record HandOverClaim(FencingToken Token, AgentName? To, TimeSpan? Lease) : MeshCommand
{
    internal override Tool? CountsAs => Tool.PushContext;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        var record = evaluation.DemandClaim(Token);
        var routing = record.Readers with { Author = null };
        evaluation.DemandPost(routing);
        if (To is { } agent && !routing.IsGlobal && !routing.Subscribers.Contains(agent))
        {
            // The new holder can see the claim, as an agent that is named as a reader can.
            evaluation.DemandPost(routing with { Subscribers = routing.Subscribers.Add(agent) });
        }

        if (To is { } receiver && !(evaluation.AgentOf(receiver).Access?.Available ?? ToolSet.Standard).Has(Tool.PushContext))
        {
            throw new MeshException(
                ErrorReason.ArgumentInvalid,
                "The agent that is to get the claim may not use the tool push_context, so it could do nothing with the claim.")
            {
                Field = "to_agent",
            };
        }

        var lease = Lease ?? record.Hold!.Lease;
        var line = record.LiveLine(evaluation.Now).ToImmutableArray();
        ClaimRules.Give(evaluation, ClaimRules.Free(evaluation, record, ChangeKind.ClaimReleased, line), To, lease, ticket: null);
        return CommandAnswer.None;
    }
}
