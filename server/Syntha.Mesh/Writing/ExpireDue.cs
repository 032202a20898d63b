using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>Logs the expiry of the items that are due. The mesh's own command.</summary>
internal sealed record ExpireDue : MeshCommand
{
    internal override Tool? CountsAs => null;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        long expired = 0;
        foreach (var deadline in evaluation.State.Deadlines.TakeWhile(deadline => deadline.At <= evaluation.Now))
        {
            evaluation.Expire(evaluation.State.Items[deadline.Key]);
            expired++;
        }
        return new(Items: expired);
    }
}
