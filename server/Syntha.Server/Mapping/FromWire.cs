using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Access;
using Syntha.Mesh.Log;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Values;
using Syntha.Mesh.Writing;

namespace Syntha.Server.Mapping;

/// <summary>
/// Checks the parts of requests and translates them into the domain's types. Each part of a request passes here once. It is the main type
/// of the room Mapping, which translates between the contract and the domain, and uses no other room.
/// </summary>
internal static class FromWire
{
    // More names than there are tools add nothing. The bound keeps a request from naming millions.
    private const int MaxTools = 1_000;

    // Ten thousand years. No calendar that a deadline is counted in reaches as far.
    private const long MaxSpanSeconds = 315_576_000_000;

    /// <summary>The agent that acts. Null for the owner.</summary>
    /// <exception cref="MeshException">AGENT_INVALID.</exception>
    public static AgentName? Actor(V1.IActingRequest request) => request.HasAsAgent ? AgentName.Parse(request.AsAgent) : null;

    /// <summary>The agent that acts, where the method requires one.</summary>
    /// <exception cref="MeshException">AGENT_INVALID.</exception>
    public static AgentName RequiredActor(V1.IActingRequest request) => AgentName.Parse(request.AsAgent);

    /// <summary>The agent that the call is about.</summary>
    /// <exception cref="MeshException">AGENT_INVALID.</exception>
    public static AgentName Agent(V1.IAgentRequest request) => Located("agent", () => AgentName.Parse(request.Agent));

    /// <exception cref="MeshException">ARGUMENT_INVALID.</exception>
    public static long? Guard(bool isGiven, long ifRevision) => !isGiven ? null
        : ifRevision >= 0 ? ifRevision
        : throw Invalid("if_revision", "if_revision is negative. 0 means that the key must not exist.");

    /// <exception cref="MeshException">The item is wrong. The exception names the field.</exception>
    public static ItemDraft Draft(V1.PushRequest request)
    {
        var item = request.Item ?? throw Invalid("item", "The request has no item.");
        // An accepted item must fit into an answer. Only long lists can make it too large, so only a request with long lists is measured.
        if (item.Topics.Count + item.Subscribers.Count > 100)
        {
            CheckSize(request, "; name fewer readers, or use topics");
        }

        return Draft(item, "item");
    }

    /// <param name="item">The item.</param>
    /// <param name="place">The field of the request that holds it.</param>
    /// <param name="index">Its place, where that field is a list.</param>
    /// <exception cref="MeshException">The item is wrong. The exception names the field.</exception>
    public static ItemDraft Draft(V1.ItemWrite item, string place, int? index = null)
    {
        // It holds the field that is read now, so that a refusal can name it. Every push passes here, so that must not allocate.
        var field = "key";
        try
        {
            var key = ContextKey.Parse(item.Key);
            field = "topics";
            var topics = Topics(item.Topics, field);
            field = "subscribers";
            var subscribers = Subscribers(item.Subscribers);
            field = item.ContentCase == V1.ItemWrite.ContentOneofCase.Value ? "value" : "value_json";
            var json = item.ContentCase switch
            {
                V1.ItemWrite.ContentOneofCase.ValueJson => item.ValueJson,
                V1.ItemWrite.ContentOneofCase.Value => StructuredValue.ToJson(item.Value),
                _ => throw new MeshException(
                    ErrorReason.JsonInvalid, "The value is absent. Send value_json, for a JSON null the text `null`."),
            };
            JsonText.Check(json, ItemLimits.MaxValueBytes);
            field = "metadata_json";
            if (item.HasMetadataJson)
            {
                JsonText.Check(item.MetadataJson, ItemLimits.MaxMetadataBytes, "metadata", mustBeObject: true);
            }

            return new(
                key, json, item.HasMetadataJson ? item.MetadataJson : null, topics, subscribers,
                Span(item.Ttl, "time to live", "ttl", ErrorReason.ArgumentInvalid), Guard(item.HasIfRevision, item.IfRevision));
        }
        catch (MeshException refusal)
        {
            throw refusal.In($"{place}{(index is null ? "" : $"[{index}]")}.{refusal.Field ?? field}");
        }
    }

    /// <exception cref="MeshException">An item is wrong. The exception names the item and the field.</exception>
    public static ImmutableArray<ItemDraft> Drafts(V1.PushManyRequest request)
    {
        CheckSize(request, "; push in several commands");
        CheckCount(request.Items.Count, Limits.MaxItemsPerWrite, "items");
        if (request.Items.Count == 0)
        {
            throw new MeshException(ErrorReason.RequestTooLarge, "The request has no items; it takes 1 to 10,000.") { Field = "items" };
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        var drafts = ImmutableArray.CreateBuilder<ItemDraft>(request.Items.Count);
        for (var index = 0; index < request.Items.Count; index++)
        {
            drafts.Add(Draft(request.Items[index], "items", index));
            if (!keys.Add(request.Items[index].Key))
            {
                throw new MeshException(ErrorReason.KeyInvalid, "The key occurs twice in one command.") { Field = $"items[{index}].key" };
            }
        }
        return drafts.MoveToImmutable();
    }

    /// <summary>A value of an enum that this version knows. A later contract may have more of them.</summary>
    /// <exception cref="MeshException">ARGUMENT_INVALID.</exception>
    public static T Known<T>(T value, string field)
        where T : struct, System.Enum =>
        System.Enum.IsDefined(value) ? value : throw Invalid(field, $"This server knows no {typeof(T).Name} {value:D}.");

    /// <exception cref="MeshException">TOPIC_INVALID, REQUEST_TOO_LARGE.</exception>
    public static ImmutableArray<TopicName> Topics(RepeatedField<string> topics, string field)
    {
        if (topics.Count == 0)
        {
            return [];
        }

        CheckCount(topics.Count, ItemLimits.MaxTopics, field);
        return Located(field, () => topics.Select(TopicName.Parse).Distinct().ToImmutableArray());
    }

    public static PostPermissions? Permissions(V1.PostPermissions? permissions) => permissions is null ? null
        : new(Topics(permissions.Topics, "permissions.topics"), permissions.MayPostGlobal, permissions.MayPostDirect);

    /// <exception cref="MeshException">TOOL_INVALID, REQUEST_TOO_LARGE.</exception>
    public static AgentAccess? Access(V1.AgentAccess? access)
    {
        if (access is null)
        {
            return null;
        }

        try
        {
            var (role, roleTools) = Role(access);
            var allowed = access.AllowedTools is { } list ? ToolNamesOf(list.Tools) : null;
            return AgentAccess.Parse(role, roleTools, allowed, ToolNamesOf(access.DeniedTools)) with { MayReadPast = access.MayReadPast };
        }
        catch (MeshException refusal)
        {
            throw refusal.In("access");
        }
    }

    /// <summary>The name of a predefined role. Null when the request names none.</summary>
    /// <exception cref="MeshException">There is no such role. The exception has the given reason.</exception>
    public static string? Role(V1.PredefinedRole role, ErrorReason reason = ErrorReason.ToolInvalid) => role switch
    {
        V1.PredefinedRole.Unspecified => null,
        V1.PredefinedRole.Readonly => Roles.Readonly,
        V1.PredefinedRole.Contributor => Roles.Contributor,
        V1.PredefinedRole.Moderator => Roles.Moderator,
        V1.PredefinedRole.Admin => Roles.Admin,
        _ => throw new MeshException(reason, $"There is no predefined role {(int)role}.") { Field = "role" },
    };

    /// <exception cref="MeshException">TOOL_INVALID.</exception>
    public static Tool Tool(V1.Tool tool) => tool switch
    {
        V1.Tool.GetContext => Mesh.Access.Tool.GetContext,
        V1.Tool.PushContext => Mesh.Access.Tool.PushContext,
        V1.Tool.ListContext => Mesh.Access.Tool.ListContext,
        V1.Tool.SubscribeToTopics => Mesh.Access.Tool.SubscribeToTopics,
        V1.Tool.UnsubscribeFromTopics => Mesh.Access.Tool.UnsubscribeFromTopics,
        V1.Tool.DiscoverTopics => Mesh.Access.Tool.DiscoverTopics,
        V1.Tool.DeleteTopic => Mesh.Access.Tool.DeleteTopic,
        V1.Tool.UpdateContext => Mesh.Access.Tool.UpdateContext,
        V1.Tool.Claim => Mesh.Access.Tool.Claim,
        V1.Tool.Release => Mesh.Access.Tool.Release,
        _ => throw new MeshException(ErrorReason.ToolInvalid, $"There is no tool {(int)tool}.")
        {
            Metadata = { ["tool"] = $"{(int)tool}" },
        },
    };

    /// <exception cref="MeshException">TOPIC_INVALID, FILTER_INVALID, REQUEST_TOO_LARGE.</exception>
    public static ItemFilter Filter(V1.ItemFilter? filter) => filter is null ? ItemFilter.All : new(
        Topics(filter.Topics, "filter.topics"),
        filter.KeyPrefix.Length == 0 ? "" : Prefix(filter.KeyPrefix),
        filter.HasKeyGlob ? Located("filter.key_glob", () => KeyGlob.Parse(filter.KeyGlob)) : null);

    /// <exception cref="MeshException">REQUEST_ID_INVALID.</exception>
    public static RequestIdentity? Identity(V1.IRepeatableRequest request, string method)
    {
        if (!request.HasRequestId)
        {
            return null;
        }

        if (!Guid.TryParseExact(request.RequestId, "D", out var parsed) && !Guid.TryParseExact(request.RequestId, "N", out parsed))
        {
            throw new MeshException(ErrorReason.RequestIdInvalid, "The request id is not a UUID.") { Field = "request_id" };
        }

        return new(parsed, method, ContentHash.Of(request, parsed));
    }

    /// <exception cref="MeshException">REQUEST_TOO_LARGE.</exception>
    public static void CheckCount(int count, int limit, string field)
    {
        if (count > limit)
        {
            throw MeshException.OverLimit(ErrorReason.RequestTooLarge, $"The list {field} is too long", limit, count, "elements").In(field);
        }
    }

    /// <exception cref="MeshException">REQUEST_TOO_LARGE.</exception>
    public static void CheckSize(IMessage request, string remedy)
    {
        if (request.CalculateSize() is var size && size > Limits.MaxMessageBytes)
        {
            throw MeshException.OverLimit(
                ErrorReason.RequestTooLarge, $"The request is too large{remedy}", Limits.MaxMessageBytes, size, "bytes");
        }
    }

    /// <summary>An age, which must be more than zero.</summary>
    /// <exception cref="MeshException">The age is wrong. The exception has the given reason.</exception>
    public static TimeSpan? Age(Duration? age, string field, ErrorReason reason) => Span(age, "age", field, reason) is not { } span ? null
        : span > TimeSpan.Zero ? span
        : throw new MeshException(reason, "The age is not more than zero.") { Field = field };

    /// <summary>A span of time, which must not be negative.</summary>
    /// <exception cref="MeshException">The span is wrong. The exception has the given reason.</exception>
    public static TimeSpan? NotNegative(Duration? duration, string what, string field, ErrorReason reason) =>
        Span(duration, what, field, reason) is not { } span ? null
            : span >= TimeSpan.Zero ? span
            : throw new MeshException(reason, $"The {what} is negative.") { Field = field };

    /// <summary>Adds the field to a refusal that names none.</summary>
    public static T Located<T>(string field, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (MeshException refusal) when (refusal.Field is null)
        {
            throw refusal.In(field);
        }
    }

    public static MeshException Invalid(string field, string why) => new(ErrorReason.ArgumentInvalid, why) { Field = field };

    private static TimeSpan? Span(Duration? duration, string what, string field, ErrorReason reason)
    {
        if (duration is null)
        {
            return null;
        }

        if (Math.Abs((decimal)duration.Seconds) > MaxSpanSeconds || Math.Abs((long)duration.Nanos) > 999_999_999)
        {
            throw new MeshException(reason, $"The {what} is not a valid duration of at most 10,000 years.") { Field = field };
        }

        return TimeSpan.FromTicks((duration.Seconds * TimeSpan.TicksPerSecond) + (duration.Nanos / 100));
    }

    private static ImmutableArray<AgentName> Subscribers(RepeatedField<string> subscribers)
    {
        if (subscribers.Count == 0)
        {
            return [];
        }

        CheckCount(subscribers.Count, ItemLimits.MaxSubscribers, "subscribers");
        return Located("subscribers", () => subscribers.Select(AgentName.Parse).Distinct().ToImmutableArray());
    }

    private static string Prefix(string prefix)
    {
        try
        {
            return ContextKey.Parse(prefix).Value;
        }
        catch (MeshException refusal)
        {
            throw new MeshException(ErrorReason.FilterInvalid, refusal.Message) { Field = "filter.key_prefix" };
        }
    }

    private static (string Name, IReadOnlyList<string> Tools) Role(V1.AgentAccess access)
    {
        if (access.RoleCase != V1.AgentAccess.RoleOneofCase.CustomRole)
        {
            return (access.RoleCase == V1.AgentAccess.RoleOneofCase.PredefinedRole ? Role(access.PredefinedRole) ?? "" : "", []);
        }

        var role = access.CustomRole;
        return role.Name.Length > 0 && !Roles.TryFind(role.Name, out _)
            ? (role.Name, ToolNamesOf(role.Tools))
            : throw new MeshException(ErrorReason.ToolInvalid, "A role of your own needs a name that no predefined role has.");
    }

    private static string[] ToolNamesOf(RepeatedField<V1.Tool> tools)
    {
        CheckCount(tools.Count, MaxTools, "tools");
        return [.. tools.Select(tool => ToolNames.NameOf(Tool(tool)))];
    }
}
