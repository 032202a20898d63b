using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Log;
using Syntha.Mesh.Values;
using Syntha.Mesh.Writing;
using Syntha.V1;
using PostPermissions = Syntha.Mesh.Items.PostPermissions;

namespace Syntha.Server.Mapping;

/// <summary>Checks what requests carry and puts it into the domain's words. Everything that comes in passes here once.</summary>
internal static class Incoming
{
    public const int MaxValueBytes = ItemLimits.MaxValueBytes;
    public const int MaxMetadataBytes = ItemLimits.MaxMetadataBytes;
    public const int MaxPushBytes = 3 * 1024 * 1024;
    public const int MaxPushManyEntries = 10_000;
    public const int MaxTopics = ItemLimits.MaxTopics;
    public const int MaxSubscribers = ItemLimits.MaxSubscribers;

    // Longer than any calendar that a deadline is counted in.
    private const long MaxTtlSeconds = 315_576_000_000;

    /// <exception cref="MeshException">FILTER_INVALID.</exception>
    public static long? Guard(bool isGiven, long ifRevision) => !isGiven ? null
        : ifRevision >= 0 ? ifRevision
        : throw new MeshException(ErrorReason.FilterInvalid, "if_revision is negative; 0 means that the key must not exist.") { Field = "if_revision" };

    public static AgentName? Agent(bool isNamed, string name) => isNamed ? AgentName.Parse(name) : null;

    public static ItemDraft Draft(PushRequest request) => Draft(
        WithinSize(request, request.Topics.Count + request.Subscribers.Count).Key, request.ContentCase == PushRequest.ContentOneofCase.ValueJson ? request.ValueJson : null, request.Value,
        request.HasMetadataJson ? request.MetadataJson : null, request.Topics, request.Subscribers, request.Ttl,
        request.HasIfRevision ? request.IfRevision : null);

    public static ItemDraft Draft(PushContextRequest request) => Draft(
        WithinSize(request, request.Topics.Count + request.Subscribers.Count).Key, request.ContentCase == PushContextRequest.ContentOneofCase.ValueJson ? request.ValueJson : null, request.Value,
        request.HasMetadataJson ? request.MetadataJson : null, request.Topics, request.Subscribers, request.Ttl,
        request.HasIfRevision ? request.IfRevision : null);

    public static ImmutableArray<ItemDraft> Drafts(PushManyRequest request)
    {
        DemandSize(request, "; push in several commands");
        Demand(request.Entries.Count, MaxPushManyEntries, "entries");
        if (request.Entries.Count == 0)
        {
            throw new MeshException(ErrorReason.RequestTooLarge, "The request has no entries; it takes 1 to 10,000.") { Field = "entries" };
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        var drafts = ImmutableArray.CreateBuilder<ItemDraft>(request.Entries.Count);
        for (var index = 0; index < request.Entries.Count; index++)
        {
            try
            {
                drafts.Add(Draft(request.Entries[index]));
            }
            catch (MeshException refusal)
            {
                throw refusal.In($"entries[{index}]{(refusal.Field is { } field ? "." + field : "")}");
            }
            if (!keys.Add(request.Entries[index].Key))
            {
                throw new MeshException(ErrorReason.KeyInvalid, "The key is named twice in one command.") { Field = $"entries[{index}].key" };
            }
        }
        return drafts.MoveToImmutable();
    }

    public static ImmutableArray<TopicName> Topics(RepeatedField<string> topics)
    {
        if (topics.Count == 0)
        {
            return [];
        }

        Demand(topics.Count, MaxTopics, "topics");
        return [.. topics.Select(TopicName.Parse).Distinct()];
    }

    public static PostPermissions? Permissions(V1.PostPermissions? permissions) =>
        permissions is null ? null : new(Topics(permissions.Topics), permissions.MayPostGlobal, permissions.MayPostDirect);

    // More names than there are tools say nothing more, but nobody need count them.
    private const int MaxToolNames = 1_000;

    public static Mesh.Access.AgentAccess? Access(V1.AgentAccess? access)
    {
        if (access is null)
        {
            return null;
        }

        Demand(Math.Max(access.RoleTools.Count, Math.Max(access.DeniedTools.Count, access.AllowedTools?.Names.Count ?? 0)), MaxToolNames, "tools");
        try
        {
            return Mesh.Access.AgentAccess.Parse(access.Role, access.RoleTools, access.AllowedTools?.Names, access.DeniedTools);
        }
        catch (MeshException refusal)
        {
            throw refusal.In("access");
        }
    }

    public static RequestIdentity? Identity(bool isNamed, string id, string method, IMessage request)
    {
        if (!isNamed)
        {
            return null;
        }

        if (!Guid.TryParseExact(id, "D", out var parsed) && !Guid.TryParseExact(id, "N", out parsed))
        {
            throw new MeshException(ErrorReason.RequestIdReused, "The request id is not a UUID.") { Field = "request_id" };
        }

        return new(parsed, method, ContentHash.Of(request));
    }

    public static void Demand(int count, int limit, string field)
    {
        if (count > limit)
        {
            throw MeshException.OverLimit(ErrorReason.RequestTooLarge, $"The list {field} is too long", limit, count, "elements").In(field);
        }
    }

    // An item that was accepted must fit into an answer. What makes it too large for one are long lists; to measure others would be waste.
    private static T WithinSize<T>(T request, int names)
        where T : IMessage
    {
        if (names > 100)
        {
            DemandSize(request, "; name fewer readers, or use topics");
        }

        return request;
    }

    public static void DemandSize(IMessage request, string remedy)
    {
        if (request.CalculateSize() is var size && size > MaxPushBytes)
        {
            throw MeshException.OverLimit(ErrorReason.RequestTooLarge, $"The request is too large{remedy}", MaxPushBytes, size, "bytes");
        }
    }

    private static ItemDraft Draft(PushManyEntry entry) => Draft(
        entry.Key, entry.ContentCase == PushManyEntry.ContentOneofCase.ValueJson ? entry.ValueJson : null, entry.Value,
        entry.HasMetadataJson ? entry.MetadataJson : null, entry.Topics, entry.Subscribers, entry.Ttl,
        entry.HasIfRevision ? entry.IfRevision : null);

    private static ItemDraft Draft(
        string key, string? valueJson, Value? value, string? metadataJson, RepeatedField<string> topics,
        RepeatedField<string> subscribers, Duration? ttl, long? ifRevision)
    {
        var parsedKey = ContextKey.Parse(key);
        var parsedTopics = Topics(topics);
        var parsedSubscribers = Subscribers(subscribers);
        var json = valueJson ?? (value is null ? null : StructuredValue.ToJson(value)) ??
            throw new MeshException(ErrorReason.JsonInvalid, "The value is absent; send value_json, for a JSON null the text `null`.");
        JsonText.Check(json, MaxValueBytes);
        if (metadataJson is not null)
        {
            CheckMetadata(metadataJson);
        }

        return new(parsedKey, json, metadataJson, parsedTopics, parsedSubscribers, TimeToLive(ttl), Guard(ifRevision is not null, ifRevision ?? 0));
    }

    private static void CheckMetadata(string json)
    {
        try
        {
            JsonText.Check(json, MaxMetadataBytes, "metadata", mustBeObject: true);
        }
        catch (MeshException refusal)
        {
            throw refusal.In("metadata_json");
        }
    }

    private static ImmutableArray<AgentName> Subscribers(RepeatedField<string> subscribers)
    {
        if (subscribers.Count == 0)
        {
            return [];
        }

        Demand(subscribers.Count, MaxSubscribers, "subscribers");
        try
        {
            return [.. subscribers.Select(AgentName.Parse).Distinct()];
        }
        catch (MeshException refusal)
        {
            throw refusal.In("subscribers");
        }
    }

    private static TimeSpan? TimeToLive(Duration? ttl) => Span(ttl, "time to live", "ttl");

    /// <summary>An age, or another span of time that has passed: more than nothing.</summary>
    /// <exception cref="MeshException">FILTER_INVALID.</exception>
    public static TimeSpan? Age(Duration? age, string field) => Span(age, "age", field) is not { } span ? null
        : span > TimeSpan.Zero ? span
        : throw new MeshException(ErrorReason.FilterInvalid, "The age is not more than zero.") { Field = field };

    /// <exception cref="MeshException">FILTER_INVALID.</exception>
    public static TimeSpan? Span(Duration? duration, string what, string field)
    {
        if (duration is null)
        {
            return null;
        }

        if (Math.Abs((decimal)duration.Seconds) > MaxTtlSeconds || Math.Abs((long)duration.Nanos) > 999_999_999)
        {
            throw new MeshException(ErrorReason.FilterInvalid, $"The {what} is no duration of up to 10,000 years.") { Field = field };
        }

        return TimeSpan.FromTicks((duration.Seconds * TimeSpan.TicksPerSecond) + (duration.Nanos / 100));
    }
}
