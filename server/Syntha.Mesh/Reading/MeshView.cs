using Syntha.Mesh.Access;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Reading;

/// <summary>
/// A mesh as one caller sees it at one moment: the owner sees all live items, an agent those that it may read. Every read goes through this
/// type. Immutable and cheap to make. The room Reading uses State, Access and the rooms below them.
/// </summary>
public readonly struct MeshView
{
    // A call looks at so much within half a millisecond.
    private const long MaxCheapKeys = 2_000;
    private const long MaxCheapBytes = 256 * 1024;

    private readonly MeshState state;
    private readonly DateTimeOffset now;
    private readonly AgentName? agent;
    private readonly AgentRecord? record;
    private readonly CancellationToken cancellationToken;

    internal MeshView(MeshState state, DateTimeOffset now, AgentName? agent, CancellationToken cancellationToken = default)
    {
        (this.state, this.now, this.agent, this.cancellationToken) = (state, now, agent, cancellationToken);
        record = agent is { } name ? state.Agents.GetValueOrDefault(name) : null;
    }

    public Position Position => state.Position;

    /// <summary>
    /// Whether it takes long to look at all items: more than some thousand keys, or than some hundred kilobytes. Such a look takes a turn
    /// of the user's costly work.
    /// </summary>
    public bool IsCostly => state.Items.Count + state.Listings > MaxCheapKeys || state.Bytes > MaxCheapBytes;

    /// <summary>The same view. Looks through its items end when the token is cancelled.</summary>
    public MeshView Until(CancellationToken cancelled) => new(state, now, agent, cancelled);

    /// <summary>The item under a key, or null if there is none that this caller may read.</summary>
    public ContextItem? Find(ContextKey key) => state.FindLive(key, now) is { } item && MayRead(item.Readers) ? item : null;

    /// <summary>The claim of a name, or null if it is free or this caller may not see it.</summary>
    public ClaimRecord? FindClaim(ContextKey name) =>
        state.Claims.Find(name) is { } claim && claim.FindHold(now) is not null && MayRead(claim.Readers) ? claim : null;

    /// <summary>One page of the claims that are held and that this caller may see, in the byte order of their names.</summary>
    public ClaimPage ListClaims(string prefix, string? after, int maxClaims) =>
        ClaimLister.List(state, this, prefix, after, maxClaims);

    /// <summary>One page of the readable items, in the byte order of their keys.</summary>
    public ItemPage List(ItemFilter filter, PageLimits limits) => ItemLister.List(state, this, filter, limits);

    /// <summary>All items that this caller can read, in the byte order of their keys. They are looked up as they are enumerated.</summary>
    public IEnumerable<ContextItem> All() => ItemLister.AllReadable(state, this);

    /// <summary>One page of the topics that exist for this caller, in byte order.</summary>
    public TopicPage ListTopics(string? after, int maxTopics) => TopicLister.List(state, this, after, maxTopics);

    /// <summary>The topics that an agent is subscribed to, in the order of its list.</summary>
    public IEnumerable<TopicName> TopicsOf(AgentName name) => state.Agents.GetValueOrDefault(name)?.Topics ?? [];

    /// <summary>What an agent may post. Null: anything.</summary>
    public PostPermissions? PermissionsOf(AgentName name) => state.Agents.GetValueOrDefault(name)?.Permissions;

    /// <summary>What is stored about the tools of an agent. Null: it may use the standard tools.</summary>
    public AgentAccess? AccessOf(AgentName name) => state.Agents.GetValueOrDefault(name)?.Access;

    /// <summary>The tools that this agent may use.</summary>
    public ToolSet Tools => record?.Access?.Available ?? ToolSet.Standard;

    /// <summary>Demands that the caller may use a tool.</summary>
    /// <exception cref="MeshException">TOOL_NOT_ALLOWED.</exception>
    public void Demand(Tool tool)
    {
        if (Agent is { } agent)
        {
            AgentAccess.Demand(record?.Access, agent, tool);
        }
    }

    /// <summary>Demands that the caller may read the past. The owner may.</summary>
    /// <exception cref="MeshException">PAST_NOT_ALLOWED.</exception>
    public void DemandPast()
    {
        if (agent is { } name)
        {
            AgentAccess.DemandPast(record?.Access, name);
        }
    }

    /// <summary>The agents with a subscription.</summary>
    public IEnumerable<AgentName> AgentsWithTopics =>
        state.Agents.Values.Where(agent => !agent.Subscriptions.IsEmpty).Select(agent => agent.Name);

    /// <summary>The number of agents about which something is stored.</summary>
    public int StoredAgents => state.Agents.Count;

    public MeshStats Count() => MeshStats.Of(state, this, now);

    internal long OldestRevision => state.OldestRevision;

    internal MeshState State => state;

    /// <summary>The moment of this view.</summary>
    public DateTimeOffset Now => now;

    /// <summary>From this moment on an item may be gone without a new state.</summary>
    internal DateTimeOffset NextDeadline => state.Deadlines.IsEmpty ? DateTimeOffset.MaxValue : state.Deadlines.Min.At;

    internal bool IsOwner => agent is null;

    internal AgentName? Agent => agent;

    internal AgentRecord? Record => record;

    internal bool MayRead(Readers readers) => agent is not { } name || readers.Admit(name, record);

    /// <exception cref="OperationCanceledException">The caller does not wait any more.</exception>
    internal void ThrowIfCancelled() => cancellationToken.ThrowIfCancellationRequested();

    /// <summary>Whether this caller can read an item under the key now.</summary>
    internal bool Shows(ContextKey key) => Find(key) is not null;
}
