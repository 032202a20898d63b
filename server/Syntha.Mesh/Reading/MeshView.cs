using Syntha.Mesh.Access;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Reading;

/// <summary>
/// A mesh as one caller sees it at one moment: the owner sees everything that is live, an agent what it may read. Every read goes through
/// here. Immutable and cheap to make.
/// </summary>
public readonly struct MeshView
{
    private readonly MeshState state;
    private readonly DateTimeOffset now;
    private readonly AgentName? agent;
    private readonly AgentRecord? record;

    internal MeshView(MeshState state, DateTimeOffset now, AgentName? agent)
    {
        (this.state, this.now, this.agent) = (state, now, agent);
        record = agent is { } name ? state.Agents.GetValueOrDefault(name) : null;
    }

    public Position Position => state.Position;

    /// <summary>The item under a key, or null when there is none that this caller may read.</summary>
    public ContextItem? Find(ContextKey key) => state.FindLive(key, now) is { } item && MayRead(item.Readers) ? item : null;

    /// <summary>One page of the readable items, in the byte order of their keys.</summary>
    public ItemPage List(ItemFilter filter, PageLimits limits) => ItemLister.List(state, this, filter, limits);

    /// <summary>All that this caller can read, in the byte order of their keys; read as far as it is enumerated.</summary>
    public IEnumerable<ContextItem> All() => ItemLister.AllReadable(state, this);

    /// <summary>One page of the topics that exist for this caller, in byte order.</summary>
    public TopicPage ListTopics(string? after, int maxTopics) => TopicLister.List(state, this, after, maxTopics);

    /// <summary>What an agent is subscribed to, in the order of its list.</summary>
    public IEnumerable<TopicName> TopicsOf(AgentName name) => state.Agents.GetValueOrDefault(name)?.Topics ?? [];

    /// <summary>What an agent may post; null: anything.</summary>
    public PostPermissions? PermissionsOf(AgentName name) => state.Agents.GetValueOrDefault(name)?.Permissions;

    /// <summary>What is stored about the tools that an agent may use; null: it may use all.</summary>
    public AgentAccess? AccessOf(AgentName name) => state.Agents.GetValueOrDefault(name)?.Access;

    /// <summary>What this caller may use; the owner: everything.</summary>
    public ToolSet Tools => record?.Access?.Available ?? ToolSet.All;

    /// <summary>Holds a read against the tools that the caller may use.</summary>
    /// <exception cref="MeshException">TOOL_NOT_ALLOWED.</exception>
    public void Demand(Tool tool)
    {
        if (record?.Access is { } access)
        {
            access.Demand(record.Name, tool);
        }
    }

    /// <summary>The agents that are subscribed to a topic.</summary>
    public IEnumerable<AgentName> AgentsWithTopics => state.Agents.Values.Where(agent => !agent.Subscriptions.IsEmpty).Select(agent => agent.Name);

    /// <summary>About how many agents something is stored.</summary>
    public int StoredAgents => state.Agents.Count;

    public MeshStats Count() => MeshStats.Of(state, this, now);

    internal long OldestRevision => state.OldestRevision;

    internal MeshState State => state;

    internal DateTimeOffset Now => now;

    /// <summary>The moment from which on an item may be gone without a new state.</summary>
    internal DateTimeOffset NextDeadline => state.Deadlines.IsEmpty ? DateTimeOffset.MaxValue : state.Deadlines.Min.At;

    internal bool IsOwner => agent is null;

    internal AgentName? Agent => agent;

    internal AgentRecord? Record => record;

    internal bool MayRead(Readers readers) => agent is not { } name || readers.Admit(name, record);

    /// <summary>Whether this caller can read an item under the key now.</summary>
    internal bool Shows(ContextKey key) => Find(key) is not null;
}
