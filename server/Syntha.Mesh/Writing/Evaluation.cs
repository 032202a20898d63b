using System.Text;
using Syntha.Mesh.Access;
using Syntha.Mesh.Quotas;
using Syntha.Mesh.State;
using Syntha.Mesh.Stores;

namespace Syntha.Mesh.Writing;

/// <summary>
/// The evaluation of one command: the state that it sees, and the changes that it makes. Changes reach the state only after the whole
/// command, so that a refused command leaves nothing.
/// </summary>
internal sealed class Evaluation(
    MeshState state, DateTimeOffset now, UserQuotas quotas, MeshCommand command, IReadOnlyList<CommittedCommand> earlier)
{
    private const long MaxPatched = 16 * 1024 * 1024;

    private readonly ImmutableArray<Change>.Builder changes = ImmutableArray.CreateBuilder<Change>();
    private long patched;

    public MeshState State => state;

    public DateTimeOffset Now => now;

    public AgentName? Actor => command.Actor;

    public AgentRecord? ActorRecord { get; } =
        command.Actor is { } agent ? state.Agents.GetValueOrDefault(agent) : null;

    /// <summary>The place of the next change.</summary>
    public ChangePlace NextPlace => new(state.Position.Revision + 1, changes.Count);

    public bool HasChanges => changes.Count > 0;

    public ImmutableArray<Change> Changes => changes.ToImmutable();

    /// <summary>
    /// The command of a revision, among those before it in its group, which readers do not see yet. Null: it is none of them.
    /// </summary>
    public CommittedCommand? FindEarlier(long revision) =>
        earlier.Count > 0 && revision - earlier[0].Revision is >= 0 and var index && index < earlier.Count ? earlier[(int)index] : null;

    /// <summary>What is stored about an agent. An empty record: nothing.</summary>
    public AgentRecord AgentOf(AgentName name) => state.Agents.GetValueOrDefault(name, new(name));

    public bool ActorMayRead(Readers readers) => Actor is not { } agent || readers.Admit(agent, ActorRecord);

    /// <summary>Demands that the actor may use the tool that the command counts as, and the one that a model called.</summary>
    /// <exception cref="MeshException">TOOL_NOT_ALLOWED.</exception>
    public void DemandAccess()
    {
        DemandAccess(command.CalledBy);
        DemandAccess(command.CountsAs);
    }

    /// <summary>Demands that the actor may use a tool.</summary>
    /// <exception cref="MeshException">TOOL_NOT_ALLOWED.</exception>
    public void DemandAccess(Tool? tool)
    {
        if (Actor is { } agent && tool is { } demanded)
        {
            AgentAccess.Demand(ActorRecord?.Access, agent, demanded);
        }
    }

    /// <summary>Demands that the actor may read the past.</summary>
    /// <exception cref="MeshException">PAST_NOT_ALLOWED.</exception>
    public void DemandPast()
    {
        if (Actor is { } agent)
        {
            AgentAccess.DemandPast(ActorRecord?.Access, agent);
        }
    }

    /// <summary>
    /// Demands that the actor may post to a routing: that of the new item, and that of the item that is replaced or removed.
    /// </summary>
    /// <exception cref="MeshException">ROUTING_NOT_ALLOWED.</exception>
    public void DemandPost(Readers routing)
    {
        if (Actor is { } agent)
        {
            ActorRecord?.Permissions?.Demand(agent, routing);
        }
    }

    /// <summary>Demands that a value is within the user's own limit. That of all users was checked before.</summary>
    /// <exception cref="MeshException">VALUE_TOO_LARGE.</exception>
    public void DemandSize(string json)
    {
        if (json.Length > quotas.MaxValueBytes / 3 && Encoding.UTF8.GetByteCount(json) is var bytes && bytes > quotas.MaxValueBytes)
        {
            throw MeshException.OverLimit(
                ErrorReason.ValueTooLarge, "The value is too large for this user", quotas.MaxValueBytes, bytes, "bytes of JSON text");
        }
    }

    /// <summary>Counts a value that the command patches. They are work on the writer's thread, so all together have a bound.</summary>
    /// <exception cref="MeshException">REQUEST_TOO_LARGE.</exception>
    public void CountPatched(string json)
    {
        patched += json.Length;
        if (patched > MaxPatched)
        {
            throw MeshException.OverLimit(
                ErrorReason.RequestTooLarge, "The values to be patched are too large together; use several commands", MaxPatched, patched,
                "characters");
        }
    }

    /// <summary>Writes an item under a key. If the key has an expired item without a logged expiry, the expiry is logged first.</summary>
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

    /// <summary>Takes the value of a version from history. The item must not be the present one.</summary>
    public void Redact(ContextKey key, KeptVersion version) => changes.Add(new()
    {
        Kind = ChangeKind.Redacted,
        Place = NextPlace,
        Time = now,
        Subject = key.Value,
        Before = version.Readers,
        Actor = Actor,
        Redacts = version.Place,
    });

    /// <summary>Stores the record of an agent, unless the same record is stored already.</summary>
    public void PutAgent(AgentRecord record)
    {
        var former = AgentOf(record.Name);
        if (record.Equals(former))
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
            AgentBefore = former,
            Actor = Actor,
        });
    }

    /// <summary>Writes the record of a claim.</summary>
    /// <param name="kind">What happened.</param>
    /// <param name="record">The claim from now on.</param>
    /// <param name="before">Its readers until now, where the change ends a hold.</param>
    /// <param name="isQuiet">Whether it only prolongs places in line.</param>
    public void PutClaim(ChangeKind kind, ClaimRecord record, Readers? before = null, bool isQuiet = false) => changes.Add(new()
    {
        Kind = kind,
        Place = NextPlace,
        Time = now,
        Subject = record.Name.Value,
        Claim = record,
        Before = before,
        IsQuiet = isQuiet,
        Actor = Actor,
    });

    /// <summary>
    /// Demands that the actor holds a claim now, by the store's clock. The owner may act with any holder's token. The refusal is the same
    /// whatever the cause, because a caller that may not see the claim must not learn whether it is held.
    /// </summary>
    /// <param name="token">The token.</param>
    /// <param name="isByName">Whether the name is enough for an agent that holds it.</param>
    /// <exception cref="MeshException">CLAIM_LOST.</exception>
    public ClaimRecord DemandClaim(FencingToken token, bool isByName = false)
    {
        if (state.Claims.Find(token.Name) is { } record && record.FindHold(now) is { } hold && (Actor is null || hold.Agent == Actor) &&
            (token.Position is { } given ? given == state.Position with { Revision = hold.Revision } : Actor is null || isByName))
        {
            return record;
        }

        throw new MeshException(
            ErrorReason.ClaimLost,
            "The caller does not hold this claim, or holds it no longer. Claim it again, and begin from what is there now.");
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
