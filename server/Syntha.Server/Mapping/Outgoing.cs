using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Reading;
using Syntha.V1;

namespace Syntha.Server.Mapping;

/// <summary>Puts what the domain answers into the contract's words.</summary>
internal static class Outgoing
{
    public static V1.Position Position(Mesh.Log.Position position) => new() { Epoch = position.Epoch, Revision = position.Revision };

    public static Item Item(ContextItem item, ValueForm form)
    {
        var answer = WithoutValue(item);
        if (form == ValueForm.Structured && StructuredValue.FindForm(item.ValueJson, PageLimits.MaxBytes - SizeWithoutValue(item)) is { } value)
        {
            answer.Value = value;
        }
        else
        {
            answer.ValueJson = item.ValueJson;
        }

        return answer;
    }

    public static Item WithoutValue(ContextItem item)
    {
        var answer = new Item { Key = item.Key.Value, Revision = item.Place.Revision, UpdateTime = Time(item.UpdatedAt) };
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

    public static V1.PostPermissions? Permissions(Mesh.Items.PostPermissions? permissions)
    {
        if (permissions is null)
        {
            return null;
        }

        var answer = new V1.PostPermissions { MayPostGlobal = permissions.MayPostGlobal, MayPostDirect = permissions.MayPostDirect };
        answer.Topics.AddRange(permissions.Topics.Select(topic => topic.Value));
        return answer;
    }

    public static V1.AgentAccess? Access(Mesh.Access.AgentAccess? access)
    {
        if (access is null)
        {
            return null;
        }

        var answer = new V1.AgentAccess { Role = access.Role ?? "", DeniedTools = { Mesh.Access.ToolNames.NamesOf(access.Denied) } };
        if (!access.HasPredefinedRole)
        {
            answer.RoleTools.AddRange(Mesh.Access.ToolNames.NamesOf(access.RoleTools));
        }

        if (access.Allowed is { } allowed)
        {
            answer.AllowedTools = new() { Names = { Mesh.Access.ToolNames.NamesOf(allowed) } };
        }

        return answer;
    }

    public static AgentState Agent(AgentRecord agent)
    {
        var state = new AgentState { Permissions = Permissions(agent.Permissions), Access = Access(agent.Access) };
        AddTopics(state.Topics, agent.Topics);
        return state;
    }

    public static void AddTopics(RepeatedField<string> answer, IEnumerable<TopicName> topics) =>
        answer.AddRange(topics.Select(topic => topic.Value));

    public static Topic Topic(TopicListing listing)
    {
        var topic = new Topic { Name = listing.Name.Value };
        topic.Subscribers.AddRange(listing.Subscribers.Select(subscriber => subscriber.Value));
        return topic;
    }

    /// <summary>What an item takes in an answer at most, in bytes.</summary>
    public static long SizeOf(ContextItem item, ValueForm form) => form == ValueForm.Structured
        ? SizeWithoutValue(item) + StructuredValue.MaxBytes(System.Text.Encoding.UTF8.GetByteCount(item.ValueJson))
        : SizeOf(item);

    private static long SizeOf(ContextItem item) => item.Bytes + 64 + (4L * (item.Readers.Topics.Length + item.Readers.Subscribers.Length));

    /// <summary>The same without its value.</summary>
    public static long SizeWithoutValue(ContextItem item) => SizeOf(item) - System.Text.Encoding.UTF8.GetByteCount(item.ValueJson);

    // Divided by hand: Timestamp's own conversion checks more than a hot path needs.
    public static Timestamp Time(DateTimeOffset moment)
    {
        var ticks = moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        return rest < 0
            ? new() { Seconds = seconds - 1, Nanos = (int)((rest + TimeSpan.TicksPerSecond) * 100) }
            : new() { Seconds = seconds, Nanos = (int)(rest * 100) };
    }
}
