using System.Text.Json;
using Syntha.Mesh.Access;

namespace Syntha.Storage.Log;

/// <summary>An agent's record as a store keeps it, in the log and beside it. Properties that are added later must be optional.</summary>
internal sealed record StoredAgent(
    StoredAgent.Subscription[] Subscriptions, StoredAgent.Permission? Permissions = null, StoredAgent.ToolAccess? Access = null,
    StoredAgent? Former = null)
{
    public static string Write(AgentRecord agent) => Write(agent, null);

    /// <param name="agent">The record.</param>
    /// <param name="former">The record before it, which a row of the log tells as well. Null: it is not told.</param>
    public static string Write(AgentRecord agent, AgentRecord? former) => JsonSerializer.Serialize(
        ToStored(agent) with { Former = former is null ? null : ToStored(former) }, StoredJson.Default.StoredAgent);

    private static StoredAgent ToStored(AgentRecord agent)
    {
        var subscriptions = agent.Subscriptions
            .Select(subscription => new Subscription(subscription.Topic.Value, subscription.Since.Revision, subscription.Since.Index))
            .ToArray();
        var permissions = agent.Permissions is { } given
            ? new Permission([.. given.Topics.Select(topic => topic.Value)], given.MayPostGlobal, given.MayPostDirect)
            : null;
        return new(subscriptions, permissions, agent.Access is { } access ? Write(access) : null);
    }

    /// <exception cref="JsonException">The text is not such a record.</exception>
    public static AgentRecord Read(string name, string json) => ToRecord(name, Parse(json));

    /// <summary>The record, and the one before it. That one is null where the row does not tell it.</summary>
    /// <exception cref="JsonException">The text is not such a record.</exception>
    public static (AgentRecord Agent, AgentRecord? Former) ReadBoth(string name, string json)
    {
        var stored = Parse(json);
        return (ToRecord(name, stored), stored.Former is { } former ? ToRecord(name, former) : null);
    }

    private static StoredAgent Parse(string json) => JsonSerializer.Deserialize(json, StoredJson.Default.StoredAgent)
        ?? throw new JsonException("An agent's record is null.");

    private static AgentRecord ToRecord(string name, StoredAgent stored)
    {
        return new(AgentName.Trusted(name))
        {
            Subscriptions = [.. stored.Subscriptions.Select(Read)],
            Permissions = stored.Permissions is { } kept
                ? new([.. kept.Topics.Select(TopicName.Trusted)], kept.MayPostGlobal, kept.MayPostDirect)
                : null,
            Access = stored.Access is { } access ? Read(access) : null,
        };
    }

    private static Syntha.Mesh.Items.Subscription Read(Subscription stored) =>
        new(TopicName.Trusted(stored.Topic), new ChangePlace(stored.Revision, stored.Index));

    // The tools of a predefined role are not stored. This version of the server defines them.
    private static ToolAccess Write(AgentAccess access) => new(
        access.Role,
        access.HasPredefinedRole ? null : Names(access.RoleTools),
        access.Allowed is { } allowed ? [.. ToolNames.NamesOf(allowed)] : null,
        Names(access.Denied),
        access.MayReadPast ? true : null);

    private static AgentAccess Read(ToolAccess stored)
    {
        try
        {
            return AgentAccess.Parse(stored.Role ?? "", stored.RoleTools ?? [], stored.Allowed, stored.Denied ?? []) with
            {
                MayReadPast = stored.MayReadPast == true,
            };
        }
        catch (MeshException unknown)
        {
            throw new JsonException("An agent's access names a tool that is not known.", unknown);
        }
    }

    private static string[]? Names(ToolSet tools) => tools == ToolSet.None ? null : [.. ToolNames.NamesOf(tools)];

    internal sealed record Subscription(string Topic, long Revision, int Index);

    internal sealed record ToolAccess(
        string? Role = null, string[]? RoleTools = null, string[]? Allowed = null, string[]? Denied = null,
        bool? MayReadPast = null);

    internal sealed record Permission(string[] Topics, bool MayPostGlobal, bool MayPostDirect);
}
