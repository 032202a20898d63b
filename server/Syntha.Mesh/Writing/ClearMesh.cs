using Syntha.Mesh.Access;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Writing;

/// <summary>
/// The owner removes everything: items, expired items, claims, subscriptions and permissions. The agents' access to tools stays, because an
/// owner who empties a mesh does not mean to open it. An agent removes the items that it wrote.
/// </summary>
public sealed record ClearMesh : MeshCommand
{
    internal override Tool? CountsAs => Tool.PushContext;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        long removed = 0;
        foreach (var key in KeysToClear(evaluation))
        {
            var item = evaluation.State.Items[key];
            if (item.IsLive(evaluation.Now))
            {
                evaluation.DemandPost(item.Readers);
                evaluation.Remove(item);
                removed++;
            }
            else if (Actor is null)
            {
                var place = evaluation.NextPlace;
                evaluation.Expire(item);
                evaluation.Purge(new(item.Key, place, item.Readers));
            }
        }
        if (Actor is null)
        {
            foreach (var expired in evaluation.State.Expired.Values.OrderBy(expired => expired.Key))
            {
                evaluation.Purge(expired);
            }

            foreach (var claim in evaluation.State.Claims.All())
            {
                var end = claim.FindHold(evaluation.Now) is null ? ChangeKind.ClaimExpired : ChangeKind.ClaimReleased;
                ClaimRules.Free(evaluation, claim, end, []);
            }

            foreach (var agent in evaluation.State.Agents.Keys.Order())
            {
                evaluation.PutAgent(new(agent) { Access = evaluation.State.Agents[agent].Access });
            }
        }
        return new(Items: removed);
    }

    private static ImmutableSortedSet<ContextKey> KeysToClear(Evaluation evaluation) =>
        evaluation.Actor is { } agent ? evaluation.State.KeysOf(Audience.Author(agent)) : evaluation.State.Keys;
}
