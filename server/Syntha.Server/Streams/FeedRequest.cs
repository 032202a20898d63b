using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Access;
using Syntha.Mesh.Following;
using Syntha.Mesh.Reading;
using Syntha.Server.Mapping;
using Syntha.V1;

namespace Syntha.Server.Streams;

/// <summary>What a subscriber asked for, in the domain's words.</summary>
internal sealed record FeedRequest(
    AgentName? Agent, Tool Tool, FeedFilter Filter, StreamStart.PlaceOneofCase Start, Mesh.Log.Position? After, TimeSpan Heartbeat, ValueForm Form, bool IsKeysOnly)
{
    private static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MinHeartbeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxHeartbeat = TimeSpan.FromSeconds(60);

    public static FeedRequest Of(SubscribeRequest request) => Of(
        Incoming.Agent(request.HasAgentName, request.AgentName), Tool.GetContext, Incoming.Topics(request.Filter?.Topics ?? []), request.Filter, request.Start,
        request.Heartbeat, request.ValueForm);

    public static FeedRequest Of(SubscribeToTopicsRequest request)
    {
        if (request.Filter is { Topics.Count: > 0 })
        {
            throw new MeshException(ErrorReason.FilterInvalid, "The topics are those of the request; leave filter.topics empty.") { Field = "filter.topics" };
        }

        return Of(
            AgentName.Parse(request.AgentName), Tool.SubscribeToTopics, Incoming.Topics(request.Topics), request.Filter, request.Start, request.Heartbeat, request.ValueForm);
    }

    private static FeedRequest Of(
        AgentName? agent, Tool tool, ImmutableArray<TopicName> topics, StreamFilter? filter, StreamStart? start, Duration? heartbeat,
        ValueForm form)
    {
        if (filter is { IncludeAgents: true } && agent is not null)
        {
            throw new MeshException(ErrorReason.FilterInvalid, "Changes of agents are delivered to the owner only.") { Field = "filter.include_agents" };
        }

        var items = new ItemFilter(
            topics,
            Paging.Prefix(filter?.KeyPrefix ?? ""),
            filter is { HasKeyGlob: true } ? KeyGlob.Parse(filter.KeyGlob) : null);
        var after = start?.PlaceCase == StreamStart.PlaceOneofCase.After
            ? new Mesh.Log.Position(start.After.Epoch, start.After.Revision)
            : (Mesh.Log.Position?)null;
        return new(
            agent,
            tool,
            new(items, [.. (filter?.Kinds ?? []).Select(KindOf)], filter?.IncludeAgents ?? false),
            start?.PlaceCase ?? StreamStart.PlaceOneofCase.None,
            after,
            HeartbeatOf(heartbeat),
            form,
            filter?.KeysOnly ?? false);
    }

    private static TimeSpan HeartbeatOf(Duration? asked) =>
        asked is null ? DefaultHeartbeat
        : asked.Seconds < 1 ? MinHeartbeat
        : asked.Seconds >= 60 ? MaxHeartbeat
        : TimeSpan.FromTicks((asked.Seconds * TimeSpan.TicksPerSecond) + (Math.Clamp(asked.Nanos, 0, 999_999_999) / 100));

    private static FeedKind KindOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Created => FeedKind.Created,
        ChangeKind.Updated => FeedKind.Updated,
        ChangeKind.Removed => FeedKind.Removed,
        ChangeKind.Expired => FeedKind.Expired,
        ChangeKind.EnteredView => FeedKind.EnteredView,
        ChangeKind.LeftView => FeedKind.LeftView,
        ChangeKind.AgentChanged => FeedKind.AgentChanged,
        _ => throw new MeshException(ErrorReason.FilterInvalid, $"There is no change kind {(int)kind}.") { Field = "filter.kinds" },
    };
}
