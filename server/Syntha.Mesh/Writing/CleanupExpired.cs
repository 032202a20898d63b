using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>Ends the counting of expired items: of all for the owner, for an agent of those that it could read.</summary>
public sealed record CleanupExpired : MeshCommand
{
    internal override Tool? CountsAs => Tool.PushContext;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        long purged = 0;
        foreach (var deadline in evaluation.State.Deadlines.TakeWhile(deadline => deadline.At <= evaluation.Now))
        {
            var item = evaluation.State.Items[deadline.Key];
            if (!evaluation.ActorMayRead(item.Readers))
            {
                continue;
            }

            var place = evaluation.NextPlace;
            evaluation.Expire(item);
            evaluation.Purge(new(item.Key, place, item.Readers));
            purged++;
        }
        foreach (var expired in evaluation.State.Expired.Values.OrderBy(expired => expired.Key))
        {
            if (!evaluation.ActorMayRead(expired.Readers))
            {
                continue;
            }

            evaluation.Purge(expired);
            purged++;
        }
        return new(Items: purged);
    }
}
