namespace Syntha.Mesh.Writing;

/// <summary>Writes items: all of them, or none when one is refused. Keys are distinct.</summary>
public sealed record PushItems(ImmutableArray<ItemDraft> Drafts) : MeshCommand
{
    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        for (var index = 0; index < Drafts.Length; index++)
        {
            try
            {
                Push(evaluation, Drafts[index]);
            }
            catch (MeshException refusal) when (Drafts.Length > 1)
            {
                throw refusal.In($"entries[{index}]");
            }
        }
        return CommandAnswer.None;
    }

    private void Push(Evaluation evaluation, ItemDraft draft)
    {
        var readers = new Readers(Actor, draft.Topics, draft.Subscribers);
        evaluation.DemandPost(readers);
        if (evaluation.State.FindLive(draft.Key, evaluation.Now) is { } former)
        {
            if (!evaluation.ActorMayRead(former.Readers))
                throw new MeshException(ErrorReason.KeyNotWritable, "The key is taken by an item that this agent may not replace; choose another key.");
            evaluation.DemandPost(former.Readers);
            RevisionGuard.Demand(draft.IfRevision, former);
        }
        else
        {
            RevisionGuard.Demand(draft.IfRevision, null);
        }
        evaluation.Put(draft.Key, place => new()
        {
            Key = draft.Key,
            ValueJson = draft.ValueJson,
            MetadataJson = draft.MetadataJson,
            Readers = readers,
            Place = place,
            UpdatedAt = evaluation.Now,
            ExpiresAt = draft.TimeToLive is { } ttl ? Deadline(evaluation.Now, ttl) : null,
        });
    }

    // A time to live that reaches beyond the calendar is as good as the end of it.
    private static DateTimeOffset Deadline(DateTimeOffset now, TimeSpan ttl) =>
        ttl <= TimeSpan.Zero ? now : ttl > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + ttl;
}
