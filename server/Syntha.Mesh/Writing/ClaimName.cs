using Syntha.Mesh.Access;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Writing;

/// <summary>Claims a name, unless another holds it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Lease">How long it is held unless it is renewed.</param>
/// <param name="Topics">Topics, each once.</param>
/// <param name="Subscribers">Agents, each once.</param>
public sealed record ClaimName(
    ContextKey Name, TimeSpan Lease, ImmutableArray<TopicName> Topics, ImmutableArray<AgentName> Subscribers) : MeshCommand
{
    /// <summary>
    /// Whether a claim that the caller holds already is renewed, instead of being refused. For models, which keep no tokens.
    /// </summary>
    public bool RenewsOwn { get; init; }

    internal override Tool? CountsAs => Tool.PushContext;

    internal override long BytesIn(MeshState state) => base.BytesIn(state) + (2L * Name.Value.Length);

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        var readers = new Readers(null, Topics, Subscribers);
        evaluation.DemandPost(readers);
        var record = ClaimRules.Settle(evaluation, Name);
        if (record.Hold is { } hold)
        {
            if (!RenewsOwn || hold.Agent != evaluation.Actor)
            {
                throw ClaimRules.Held(evaluation, record);
            }

            evaluation.DemandPost(record.Readers);
            var renewed = record with { Hold = hold with { Lease = Lease, Until = evaluation.Now + Lease } };
            evaluation.PutClaim(ChangeKind.ClaimRenewed, renewed);
            return CommandAnswer.OfClaim(renewed);
        }

        return CommandAnswer.OfClaim(ClaimRules.Give(evaluation, new(Name, readers), evaluation.Actor, Lease, ticket: null));
    }
}
