using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Access;
using Syntha.Mesh.Following;
using Syntha.Mesh.Reading;

namespace Syntha.Server.Mapping;

/// <summary>Translates answers of the domain into the contract's types.</summary>
internal static class ToWire
{
    public static V1.Position Position(Mesh.Log.Position position) => new() { Epoch = position.Epoch, Revision = position.Revision };

    public static V1.Item Item(ContextItem item, V1.ItemView view)
    {
        var answer = WithoutValue(item);
        if (view == V1.ItemView.Keys || item.IsRedacted)
        {
            return answer;
        }

        if (view == V1.ItemView.Structured &&
            StructuredValue.FindForm(item.ValueJson, PageLimits.MaxBytes - SizeWithoutValue(item)) is { } value)
        {
            answer.Value = value;
        }
        else
        {
            answer.ValueJson = item.ValueJson;
        }

        return answer;
    }

    public static V1.Item WithoutValue(ContextItem item)
    {
        var answer = new V1.Item
        {
            Key = item.Key.Value,
            Revision = item.Place.Revision,
            UpdateTime = Time(item.UpdatedAt),
            Redacted = item.IsRedacted,
        };
        if (item.ExpiresAt is { } expiry)
        {
            answer.ExpireTime = Time(expiry);
        }

        if (item.Readers.Author is { } author)
        {
            answer.Author = author.Value;
        }

        if (item.MetadataJson is not null)
        {
            answer.MetadataJson = item.MetadataJson;
        }

        foreach (var topic in item.Readers.Topics)
        {
            answer.Topics.Add(topic.Value);
        }

        foreach (var subscriber in item.Readers.Subscribers)
        {
            answer.Subscribers.Add(subscriber.Value);
        }

        return answer;
    }

    public static V1.PostPermissions? Permissions(PostPermissions? permissions)
    {
        if (permissions is null)
        {
            return null;
        }

        var answer = new V1.PostPermissions { MayPostGlobal = permissions.MayPostGlobal, MayPostDirect = permissions.MayPostDirect };
        answer.Topics.AddRange(permissions.Topics.Select(topic => topic.Value));
        return answer;
    }

    public static V1.AgentAccess? Access(AgentAccess? access)
    {
        if (access is null)
        {
            return null;
        }

        var answer = new V1.AgentAccess { DeniedTools = { Tools(access.Denied) }, MayReadPast = access.MayReadPast };
        if (access.Role is { } role)
        {
            if (access.HasPredefinedRole)
            {
                answer.PredefinedRole = Role(role);
            }
            else
            {
                answer.CustomRole = new() { Name = role, Tools = { Tools(access.RoleTools) } };
            }
        }

        if (access.Allowed is { } allowed)
        {
            answer.AllowedTools = new() { Tools = { Tools(allowed) } };
        }

        return answer;
    }

    public static V1.PredefinedRole Role(string? role) => role switch
    {
        null => V1.PredefinedRole.Unspecified,
        Roles.Readonly => V1.PredefinedRole.Readonly,
        Roles.Contributor => V1.PredefinedRole.Contributor,
        Roles.Moderator => V1.PredefinedRole.Moderator,
        Roles.Admin => V1.PredefinedRole.Admin,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "A predefined role that the contract lacks."),
    };

    /// <summary>Tools in the order in which they are listed.</summary>
    public static IEnumerable<V1.Tool> Tools(ToolSet tools) => tools.InOrder().Select(Tool);

    public static V1.Tool Tool(Tool tool) => tool switch
    {
        Mesh.Access.Tool.GetContext => V1.Tool.GetContext,
        Mesh.Access.Tool.PushContext => V1.Tool.PushContext,
        Mesh.Access.Tool.ListContext => V1.Tool.ListContext,
        Mesh.Access.Tool.SubscribeToTopics => V1.Tool.SubscribeToTopics,
        Mesh.Access.Tool.UnsubscribeFromTopics => V1.Tool.UnsubscribeFromTopics,
        Mesh.Access.Tool.DiscoverTopics => V1.Tool.DiscoverTopics,
        Mesh.Access.Tool.DeleteTopic => V1.Tool.DeleteTopic,
        Mesh.Access.Tool.UpdateContext => V1.Tool.UpdateContext,
        Mesh.Access.Tool.Claim => V1.Tool.Claim,
        Mesh.Access.Tool.Release => V1.Tool.Release,
        _ => throw new ArgumentOutOfRangeException(nameof(tool), tool, "A tool that the contract lacks."),
    };

    public static V1.ChangeKind Kind(FeedKind kind) => kind switch
    {
        FeedKind.Created => V1.ChangeKind.Created,
        FeedKind.Updated => V1.ChangeKind.Updated,
        FeedKind.Removed => V1.ChangeKind.Removed,
        FeedKind.Expired => V1.ChangeKind.Expired,
        FeedKind.EnteredView => V1.ChangeKind.EnteredView,
        FeedKind.LeftView => V1.ChangeKind.LeftView,
        FeedKind.AgentChanged => V1.ChangeKind.AgentChanged,
        FeedKind.Claimed => V1.ChangeKind.Claimed,
        FeedKind.Renewed => V1.ChangeKind.Renewed,
        FeedKind.Released => V1.ChangeKind.Released,
        FeedKind.ClaimExpired => V1.ChangeKind.ClaimExpired,
        FeedKind.Redacted => V1.ChangeKind.Redacted,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A kind that the contract lacks."),
    };

    public static V1.MeshStats Stats(MeshStats stats) => new()
    {
        TotalItems = stats.Active + stats.Expired,
        ActiveItems = stats.Active,
        ExpiredItems = stats.Expired,
        GlobalItems = stats.Global,
        PrivateItems = stats.Active - stats.Global,
        TotalTopics = stats.Topics,
        AgentsWithTopics = stats.AgentsWithTopics,
        TotalBytes = stats.Bytes,
    };

    public static V1.AgentState Agent(AgentRecord agent)
    {
        var state = new V1.AgentState { Permissions = Permissions(agent.Permissions), Access = Access(agent.Access) };
        AddTopics(state.Topics, agent.Topics);
        return state;
    }

    public static void AddTopics(RepeatedField<string> answer, IEnumerable<TopicName> topics) =>
        answer.AddRange(topics.Select(topic => topic.Value));

    public static V1.Topic Topic(TopicListing listing)
    {
        var topic = new V1.Topic { Name = listing.Name.Value };
        topic.Subscribers.AddRange(listing.Subscribers.Select(subscriber => subscriber.Value));
        return topic;
    }

    /// <summary>The most bytes that an item can take in an answer.</summary>
    public static long SizeOf(ContextItem item, V1.ItemView view) => view switch
    {
        V1.ItemView.Keys => SizeWithoutValue(item),
        V1.ItemView.Structured => SizeWithoutValue(item) + StructuredValue.MaxBytes(System.Text.Encoding.UTF8.GetByteCount(item.ValueJson)),
        _ => SizeOf(item),
    };

    private static long SizeOf(ContextItem item) => item.Bytes + 64 + (4L * (item.Readers.Topics.Length + item.Readers.Subscribers.Length));

    private static long SizeWithoutValue(ContextItem item) => SizeOf(item) - System.Text.Encoding.UTF8.GetByteCount(item.ValueJson);

    // Divides by hand, because Timestamp's own conversion checks more than a hot path needs.
    public static Timestamp Time(DateTimeOffset moment)
    {
        var ticks = moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        return rest < 0
            ? new() { Seconds = seconds - 1, Nanos = (int)((rest + TimeSpan.TicksPerSecond) * 100) }
            : new() { Seconds = seconds, Nanos = (int)(rest * 100) };
    }
}
