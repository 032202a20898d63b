using System.Text.Json;

namespace Syntha.Storage.Log;

/// <summary>An agent's record as a store keeps it, in the log and beside it. What is added later must be optional.</summary>
internal sealed record StoredAgent(StoredAgent.Subscription[] Subscriptions, StoredAgent.Permission? Permissions = null)
{
    public static string Write(AgentRecord agent)
    {
        var subscriptions = agent.Subscriptions
            .Select(subscription => new Subscription(subscription.Topic.Value, subscription.Since.Revision, subscription.Since.Index))
            .ToArray();
        var permissions = agent.Permissions is { } given
            ? new Permission([.. given.Topics.Select(topic => topic.Value)], given.MayPostGlobal, given.MayPostDirect)
            : null;
        return JsonSerializer.Serialize(new StoredAgent(subscriptions, permissions), StoredJson.Default.StoredAgent);
    }

    /// <exception cref="JsonException">The text is not such a record.</exception>
    public static AgentRecord Read(string name, string json)
    {
        var stored = JsonSerializer.Deserialize(json, StoredJson.Default.StoredAgent) ?? throw new JsonException("An agent's record is null.");
        return new(AgentName.Trusted(name))
        {
            Subscriptions = [.. stored.Subscriptions.Select(Read)],
            Permissions = stored.Permissions is { } kept
                ? new([.. kept.Topics.Select(TopicName.Trusted)], kept.MayPostGlobal, kept.MayPostDirect)
                : null,
        };
    }

    private static Syntha.Mesh.Items.Subscription Read(Subscription stored) =>
        new(TopicName.Trusted(stored.Topic), new ChangePlace(stored.Revision, stored.Index));

    internal sealed record Subscription(string Topic, long Revision, int Index);

    internal sealed record Permission(string[] Topics, bool MayPostGlobal, bool MayPostDirect);
}
