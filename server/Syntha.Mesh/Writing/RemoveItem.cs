using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>Removes one item. For an agent that cannot read the item, it does not exist.</summary>
public sealed record RemoveItem(ContextKey Key, long? IfRevision) : MeshCommand
{
    internal override Tool? CountsAs => Tool.PushContext;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        var item = evaluation.State.FindLive(Key, evaluation.Now);
        if (item is not null && !evaluation.ActorMayRead(item.Readers))
        {
            item = null;
        }

        if (item is not null)
        {
            evaluation.DemandPost(item.Readers);
        }

        RevisionGuard.Demand(IfRevision, item);
        if (item is null)
        {
            return CommandAnswer.None;
        }

        evaluation.Remove(item);
        return new(Items: 1);
    }
}
