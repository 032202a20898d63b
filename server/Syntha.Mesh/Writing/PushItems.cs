using Syntha.Mesh.Access;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Writing;

/// <summary>Writes items. If one is refused, none is written. Keys are distinct.</summary>
public sealed record PushItems(ImmutableArray<ItemDraft> Drafts) : MeshCommand
{
    private static readonly DateTimeOffset EndOfCalendar =
        new(DateTimeOffset.MaxValue.Ticks - (DateTimeOffset.MaxValue.Ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    // Text in memory has two bytes a character, and a name is an object besides its characters.
    internal override long BytesIn(MeshState state)
    {
        var bytes = base.BytesIn(state);
        foreach (var draft in Drafts)
        {
            bytes += 256 + (2L * (draft.Key.Value.Length + draft.ValueJson.Length + (draft.MetadataJson?.Length ?? 0)));
            foreach (var topic in draft.Topics)
            {
                bytes += 40 + (2L * topic.Value.Length);
            }

            foreach (var subscriber in draft.Subscribers)
            {
                bytes += 40 + (2L * subscriber.Value.Length);
            }
        }
        return bytes;
    }

    internal override Tool? CountsAs => Tool.PushContext;

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
                throw refusal.In($"items[{index}]");
            }
        }
        return CommandAnswer.None;
    }

    private static void Push(Evaluation evaluation, ItemDraft draft)
    {
        var readers = new Readers(evaluation.Actor, draft.Topics, draft.Subscribers);
        evaluation.DemandPost(readers);
        if (evaluation.State.FindLive(draft.Key, evaluation.Now) is { } former)
        {
            if (!evaluation.ActorMayRead(former.Readers))
            {
                throw new MeshException(
                    ErrorReason.KeyNotWritable, "The key is taken by an item that this agent may not replace; choose another key.");
            }

            evaluation.DemandPost(former.Readers);
            RevisionGuard.Demand(draft.IfRevision, former);
        }
        else
        {
            RevisionGuard.Demand(draft.IfRevision, null);
        }
        evaluation.DemandSize(draft.ValueJson);
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

    // Stores keep whole microseconds. A deadline with more digits would be another one after a load. It is rounded up, so that no item ends
    // before its time. A time to live that reaches beyond the calendar ends with the calendar.
    private static DateTimeOffset Deadline(DateTimeOffset now, TimeSpan ttl)
    {
        if (ttl <= TimeSpan.Zero)
        {
            return now;
        }

        if (ttl >= EndOfCalendar - now)
        {
            return EndOfCalendar;
        }

        var beyond = (now + ttl).Ticks % TimeSpan.TicksPerMicrosecond;
        return now + ttl + TimeSpan.FromTicks(beyond == 0 ? 0 : TimeSpan.TicksPerMicrosecond - beyond);
    }
}

/// <summary>An item as a caller wants it. The edge has checked it. The command decides what it may replace.</summary>
/// <param name="Key">The key.</param>
/// <param name="ValueJson">JSON text that <see cref="Values.JsonText"/> accepted.</param>
/// <param name="MetadataJson">A JSON object. Null: none.</param>
/// <param name="Topics">Topics, each once.</param>
/// <param name="Subscribers">Agents, each once.</param>
/// <param name="TimeToLive">Counted from the commit. Zero or negative: the item expires at once. Null: it never expires.</param>
/// <param name="IfRevision">Null: no condition. 0: the key must not exist. n: its revision must be n.</param>
public sealed record ItemDraft(
    ContextKey Key,
    string ValueJson,
    string? MetadataJson,
    ImmutableArray<TopicName> Topics,
    ImmutableArray<AgentName> Subscribers,
    TimeSpan? TimeToLive,
    long? IfRevision);
