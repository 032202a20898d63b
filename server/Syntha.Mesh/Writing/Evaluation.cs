using Syntha.Mesh.Quotas;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Writing;

/// <summary>
/// One command on its way: what it sees, and the changes that it leaves. Changes reach the state only when the command is through, so that
/// a refused command leaves nothing.
/// </summary>
internal sealed class Evaluation(MeshState state, DateTimeOffset now, UserQuotas quotas, MeshCommand command)
{
    private readonly ImmutableArray<Change>.Builder changes = ImmutableArray.CreateBuilder<Change>();

    public MeshState State => state;

    public DateTimeOffset Now => now;

    /// <summary>What may be held in single things. What the command comes to as a whole is held against them when it is through.</summary>
    public UserQuotas Quotas => quotas;

    public AgentName? Actor => command.Actor;

    public AgentRecord? ActorRecord { get; } =
        command.Actor is { } agent ? state.Agents.GetValueOrDefault(agent) : null;

    /// <summary>Where the next change will stand.</summary>
    public ChangePlace NextPlace => new(state.Position.Revision + 1, changes.Count);

    public bool HasChanges => changes.Count > 0;

    public ImmutableArray<Change> Changes => changes.ToImmutable();

    public bool ActorMayRead(Readers readers) => Actor is not { } agent || readers.Admit(agent, ActorRecord);

    /// <summary>Holds the command against the tools that its actor may use.</summary>
    /// <exception cref="MeshException">TOOL_NOT_ALLOWED.</exception>
    public void DemandAccess()
    {
        if (Actor is { } agent && command.CountsAs is { } tool)
        {
            ActorRecord?.Access?.Demand(agent, tool);
        }
    }

    /// <summary>Holds a routing against the actor's post permissions: the one to write, and the one that is replaced or removed.</summary>
    /// <exception cref="MeshException">TOPIC_NOT_ALLOWED.</exception>
    public void DemandPost(Readers routing)
    {
        if (Actor is { } agent)
        {
            ActorRecord?.Permissions?.Demand(agent, routing);
        }
    }

    /// <summary>Writes an item under a key. If an item is in the way whose expiry is not logged yet, that is logged first.</summary>
    public void Put(ContextKey key, Func<ChangePlace, ContextItem> item)
    {
        state.Items.TryGetValue(key, out var former);
        ChangePlace? replaces = former?.Place ?? state.Expired.GetValueOrDefault(key)?.Place;
        if (former is not null && !former.IsLive(now))
        {
            replaces = NextPlace;
            Expire(former);
            former = null;
        }
        var place = NextPlace;
        changes.Add(new()
        {
            Kind = former is null ? ChangeKind.Created : ChangeKind.Updated,
            Place = place,
            Time = now,
            Subject = key.Value,
            Item = item(place),
            Before = former?.Readers,
            Actor = Actor,
            Replaces = replaces,
        });
    }

    public void Remove(ContextItem item) => AddEnd(ChangeKind.Removed, item.Key, item.Readers, item.Place);

    public void Expire(ContextItem item) => AddEnd(ChangeKind.Expired, item.Key, item.Readers, item.Place);

    public void Purge(ExpiredItem item) => AddEnd(ChangeKind.Purged, item.Key, item.Readers, item.Place);

    /// <summary>Stores what is to be known about an agent, unless that is known already.</summary>
    public void PutAgent(AgentRecord record)
    {
        if (record.Equals(state.Agents.GetValueOrDefault(record.Name, new(record.Name))))
        {
            return;
        }

        changes.Add(new()
        {
            Kind = ChangeKind.AgentChanged,
            Place = NextPlace,
            Time = now,
            Subject = record.Name.Value,
            Agent = record,
            Actor = Actor,
        });
    }

    private void AddEnd(ChangeKind kind, ContextKey key, Readers before, ChangePlace replaces) => changes.Add(new()
    {
        Kind = kind,
        Place = NextPlace,
        Time = now,
        Subject = key.Value,
        Before = before,
        Actor = kind == ChangeKind.Expired ? null : Actor,
        Replaces = replaces,
    });
}
