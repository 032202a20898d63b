using Syntha.Mesh.Access;
using Syntha.Mesh.Patching;
using Syntha.Mesh.State;
using Syntha.Mesh.Values;

namespace Syntha.Mesh.Writing;

/// <summary>
/// Changes the value of an item that is there. Its routing, author, metadata and deadline stay. For an agent that cannot read the item, it
/// does not exist. Results and refusals tell of the value, so an agent needs the tool that reads as well.
/// </summary>
public sealed record PatchItem(ContextKey Key, ValuePatch Patch, long? IfRevision) : MeshCommand
{
    internal override Tool? CountsAs => Tool.PushContext;

    // The value is read and written on the writer's thread, so a group has room for so many large ones only.
    internal override long BytesIn(MeshState state) =>
        base.BytesIn(state) + Patch.Bytes + (state.Items.TryGetValue(Key, out var item) ? 2L * item.ValueJson.Length : 0);

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        evaluation.DemandAccess(Tool.GetContext);
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
            throw new MeshException(ErrorReason.PatchFailed, "There is no item to patch under this key; push it first.");
        }

        evaluation.CountPatched(item.ValueJson);
        var value = new PatchedValue(item.ValueJson, ItemLimits.MaxValueBytes);
        var result = Patch.Apply(value);
        if (value.FindChanged() is { } json)
        {
            JsonText.Check(json, ItemLimits.MaxValueBytes, "patched value");
            evaluation.DemandSize(json);
            evaluation.Put(Key, place => item with { ValueJson = json, Place = place, UpdatedAt = evaluation.Now });
        }

        return result is null ? CommandAnswer.None : new(Result: result);
    }
}
