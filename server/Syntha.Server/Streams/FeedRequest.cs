using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Following;
using Syntha.V1;
using Tool = Syntha.Mesh.Access.Tool;

namespace Syntha.Server.Streams;

/// <summary>A subscriber's request, in the domain's types.</summary>
internal sealed record FeedRequest(
    AgentName? Agent, Tool Tool, FeedFilter Filter, StreamStart.PlaceOneofCase Start, Mesh.Log.Position? After, TimeSpan Heartbeat,
    ItemView View)
{
    private static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MinHeartbeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxHeartbeat = TimeSpan.FromSeconds(60);

    /// <exception cref="MeshException">AGENT_INVALID, TOPIC_INVALID, FILTER_INVALID, REQUEST_TOO_LARGE.</exception>
    public static FeedRequest FromWire(SubscribeRequest request)
    {
        var agent = Mapping.FromWire.Actor(request);
        if (request.IncludeAgents && agent is not null)
        {
            throw new MeshException(ErrorReason.FilterInvalid, "Changes of agents are delivered to the owner only.")
            {
                Field = "include_agents",
            };
        }

        return new(
            agent, Tool.GetContext, FilterOf(request.Filter, request.Kinds, request.IncludeAgents, request.IncludeClaims),
            StartOf(request.Start), AfterOf(request.Start), HeartbeatOf(request.Heartbeat), Mapping.FromWire.Known(request.View, "view"));
    }

    /// <exception cref="MeshException">AGENT_INVALID, TOPIC_INVALID, FILTER_INVALID, REQUEST_TOO_LARGE.</exception>
    public static FeedRequest FromWire(SubscribeToTopicsRequest request) => new(
        Mapping.FromWire.RequiredActor(request), Tool.SubscribeToTopics,
        FilterOf(request.Filter, request.Kinds, includesAgents: false, request.IncludeClaims),
        StartOf(request.Start), AfterOf(request.Start), HeartbeatOf(request.Heartbeat), Mapping.FromWire.Known(request.View, "view"));

    /// <summary>The longest time between two messages.</summary>
    public static TimeSpan HeartbeatOf(Duration? asked) =>
        asked is null ? DefaultHeartbeat
        : asked.Seconds < 1 ? MinHeartbeat
        : asked.Seconds >= 60 ? MaxHeartbeat
        : TimeSpan.FromTicks((asked.Seconds * TimeSpan.TicksPerSecond) + (Math.Clamp(asked.Nanos, 0, 999_999_999) / 100));

    private static FeedFilter FilterOf(V1.ItemFilter? items, IEnumerable<ChangeKind> kinds, bool includesAgents, bool includesClaims) =>
        new(Mapping.FromWire.Filter(items), [.. kinds.Distinct().Select(KindOf)], includesAgents, includesClaims);

    private static StreamStart.PlaceOneofCase StartOf(StreamStart? start) => start?.PlaceCase ?? StreamStart.PlaceOneofCase.None;

    private static Mesh.Log.Position? AfterOf(StreamStart? start) =>
        start?.After is { } after ? new Mesh.Log.Position(after.Epoch, after.Revision) : null;

    private static FeedKind KindOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Created => FeedKind.Created,
        ChangeKind.Updated => FeedKind.Updated,
        ChangeKind.Removed => FeedKind.Removed,
        ChangeKind.Expired => FeedKind.Expired,
        ChangeKind.EnteredView => FeedKind.EnteredView,
        ChangeKind.LeftView => FeedKind.LeftView,
        ChangeKind.AgentChanged => FeedKind.AgentChanged,
        ChangeKind.Claimed => FeedKind.Claimed,
        ChangeKind.Renewed => FeedKind.Renewed,
        ChangeKind.Released => FeedKind.Released,
        ChangeKind.ClaimExpired => FeedKind.ClaimExpired,
        ChangeKind.Redacted => FeedKind.Redacted,
        _ => throw new MeshException(ErrorReason.FilterInvalid, $"There is no change kind {(int)kind}.") { Field = "kinds" },
    };
}
