using Syntha.Mesh.Patching;

namespace Syntha.Mesh.Tests.Support;

/// <summary>Commands in few words: agents, keys and topics as plain text, null for the owner.</summary>
internal static class Commands
{
    public static PushItems Push(
        string key,
        string value = "1",
        string? by = null,
        string[]? topics = null,
        string[]? to = null,
        TimeSpan? ttl = null,
        long? ifRevision = null) =>
        new([Draft(key, value, topics, to, ttl, ifRevision)]) { Actor = Agent(by) };

    public static ItemDraft Draft(
        string key, string value = "1", string[]? topics = null, string[]? to = null, TimeSpan? ttl = null, long? ifRevision = null) =>
        new(ContextKey.Parse(key), value, null, Topics(topics), [.. (to ?? []).Select(AgentName.Parse)], ttl, ifRevision);

    public static PushItems PushMany(string? by, params ItemDraft[] drafts) => new([.. drafts]) { Actor = Agent(by) };

    public static RemoveItem Remove(string key, string? by = null, long? ifRevision = null) =>
        new(ContextKey.Parse(key), ifRevision) { Actor = Agent(by) };

    public static PatchItem Patch(string key, ValuePatch patch, string? by = null, long? ifRevision = null) =>
        new(ContextKey.Parse(key), patch, ifRevision) { Actor = Agent(by) };

    public static PatchItem Increment(string key, string path, long amount, string? by = null, long? ifRevision = null) =>
        Patch(key, new Increment(JsonPointer.Parse(path), amount, 0), by, ifRevision);

    public static CommitOperations Commit(params MeshCommand[] operations) => new([.. operations], []);

    public static ClaimName Claim(
        string name, string? by = null, double lease = 60, string[]? topics = null, string[]? to = null) =>
        new(ContextKey.Parse(name), TimeSpan.FromSeconds(lease), Topics(topics), [.. (to ?? []).Select(AgentName.Parse)])
        {
            Actor = Agent(by),
        };

    /// <summary>A place in line. The number stands for the ticket.</summary>
    public static JoinLine Join(string name, int ticket, string? by = null, double lease = 60, double grace = 10) =>
        new(Claim(name, by, lease), Ticket(ticket), TimeSpan.FromSeconds(grace)) { Actor = Agent(by) };

    public static LeaveLine Leave(string name, int ticket, string? by = null) =>
        new(ContextKey.Parse(name), Ticket(ticket)) { Actor = Agent(by) };

    /// <summary>What a node does for the streams that wait at these places.</summary>
    public static KeepLine Keep(string name, params (string? By, int Ticket)[] places) =>
        new(ContextKey.Parse(name), places.Select(place => new LinePlace(Agent(place.By), Ticket(place.Ticket))).ToHashSet());

    public static RenewClaim Renew(FencingToken token, string? by = null, double? lease = null) =>
        new(token, lease is { } seconds ? TimeSpan.FromSeconds(seconds) : null) { Actor = Agent(by) };

    public static ReleaseClaim Release(FencingToken token, string? by = null) => new(token) { Actor = Agent(by) };

    public static HandOverClaim HandOver(FencingToken token, string? to, string? by = null) =>
        new(token, Agent(to), null) { Actor = Agent(by) };

    public static Guid Ticket(int number) => new(number, 0, 1, new byte[8]);

    public static RegisterTopics Register(string agent, params string[] topics) => new(AgentName.Parse(agent), Topics(topics));

    public static UnsubscribeTopics Unsubscribe(string agent, params string[] topics) => new(AgentName.Parse(agent), Topics(topics));

    public static DeleteTopic DeleteTopic(string topic, string? by = null) => new(TopicName.Parse(topic)) { Actor = Agent(by) };

    public static ClearMesh Clear(string? by = null) => new() { Actor = Agent(by) };

    public static CleanupExpired Purge(string? by = null) => new() { Actor = Agent(by) };

    public static SetPermissions Restrict(string agent, string[] topics, bool global = false, bool direct = false) =>
        new(AgentName.Parse(agent), new PostPermissions(Topics(topics), global, direct));

    public static SetPermissions Unrestrict(string agent) => new(AgentName.Parse(agent), null);

    /// <summary>The command with a request id. The number stands for the id, the content for what the caller sent.</summary>
    public static TCommand WithRequest<TCommand>(this TCommand command, int number, string method = "Push", int content = 1)
        where TCommand : MeshCommand =>
        command with { Request = new(new Guid(number, 0, 0, new byte[8]), method, (UInt128)content) };

    public static AgentName? Agent(string? name) => name is null ? null : AgentName.Parse(name);

    private static ImmutableArray<TopicName> Topics(string[]? topics) => [.. (topics ?? []).Select(TopicName.Parse)];
}
