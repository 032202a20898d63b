using Syntha.Cli.Probing;
using Syntha.V1;

namespace Syntha.Cli.Attacks;

/// <summary>Bob and an agent of alice's read streams while others write.</summary>
internal static class StreamAttacks
{
    public static IEnumerable<Attack> All =>
    [
        new("events of another user", "each stream has the events of its own user", OfAnotherUserAsync),
        new("events for other agents", "the stream has the events for its agent", ForOtherAgentsAsync),
        new("an item that is routed away from a stream", "the stream had it before", RoutedAwayAsync),
        new("a topic that the stream's agent has lost", "the stream had it before", LostTopicAsync),
    ];

    private static async Task OfAnotherUserAsync(Probe probe)
    {
        var (alice, bob) = (probe.Alice, probe.Bob);
        using var bobs = await ProbeStream.OpenAsync(bob, new() { Filter = new() { Topics = { "streamed" } } });
        using var alices = await ProbeStream.OpenAsync(alice, new() { Filter = new() { Topics = { "streamed" } } });
        await alice.PushAsync("streamed/alice", topics: ["streamed"]);
        await alices.ReadToAsync("streamed/alice");
        await bob.PushAsync("streamed/bob", topics: ["streamed"]);
        await bobs.ReadToAsync("streamed/bob");
        Require.NoLeak(bobs.Changes.Any(change => change.Key != "streamed/bob"), "bob's stream tells of alice's items");
    }

    private static async Task ForOtherAgentsAsync(Probe probe)
    {
        var secret = probe.Canaries.Plant("what is for another agent");
        var owner = probe.Seeing(probe.Alice, "alice", secret);
        using var stream = await OpenAsync(probe, "listener");
        await owner.PushAsync($"told-{secret}", $"\"{secret}\"", topics: ["not-the-listeners"]);
        await owner.PushAsync($"told-{secret}", $"\"{secret}\"", subscribers: ["another"]);
        await owner.Mesh.RemoveAsync(new() { Key = $"told-{secret}" });
        await owner.PushAsync("told-listener", subscribers: ["listener"]);
        await stream.ReadToAsync("told-listener");
        Require.NoLeak(stream.Changes.Any(change => change.Key != "told-listener"), "the stream tells of items for others");
    }

    private static async Task RoutedAwayAsync(Probe probe)
    {
        var secret = probe.Canaries.Plant("an item that was routed away");
        var owner = probe.Seeing(probe.Alice, "alice", secret);
        using var stream = await OpenAsync(probe, "mover");
        await owner.PushAsync("moved", subscribers: ["mover"]);
        await stream.ReadToAsync("moved");
        await owner.PushAsync("moved", $"\"{secret}\"", subscribers: ["another"]);
        await owner.PushAsync("moved", $"\"{secret}\"", subscribers: ["another"]);
        await owner.PushAsync("moved-end", subscribers: ["mover"]);
        await stream.ReadToAsync("moved-end");
        var kinds = stream.Changes.Where(change => change.Key == "moved").Select(change => change.Kind);
        Require.NoLeak(
            !kinds.SequenceEqual([ChangeKind.Created, ChangeKind.LeftView]),
            "the stream does not take the item away, or tells of it further");
    }

    private static async Task LostTopicAsync(Probe probe)
    {
        var secret = probe.Canaries.Plant("a topic that the agent has lost");
        var owner = probe.Seeing(probe.Alice, "alice", secret);
        await owner.Mesh.RegisterAgentTopicsAsync(new() { Agent = "loser", Topics = { "lost" } });
        using var stream = await OpenAsync(probe, "loser");
        await owner.PushAsync("lost-before", topics: ["lost"]);
        await stream.ReadToAsync("lost-before");
        await owner.Mesh.UnsubscribeFromTopicsAsync(new() { Agent = "loser", Topics = { "lost" } });
        await owner.PushAsync($"lost-{secret}", $"\"{secret}\"", topics: ["lost"]);
        await owner.PushAsync("lost-end", subscribers: ["loser"]);
        await stream.ReadToAsync("lost-end");
    }

    /// <summary>Opens a stream of an agent of alice's. It may see no canary but alice's own.</summary>
    private static Task<ProbeStream> OpenAsync(Probe probe, string agent) =>
        ProbeStream.OpenAsync(probe.Seeing(probe.Alice, "an agent of alice's"), new() { AsAgent = agent });
}
