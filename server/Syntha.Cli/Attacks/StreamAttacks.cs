using Syntha.Cli.Probing;
using Syntha.V1;

namespace Syntha.Cli.Attacks;

/// <summary>Bob listens, and so does an agent of alice's, while others write.</summary>
internal static class StreamAttacks
{
    public static IEnumerable<Attack> All =>
    [
        new("events of another user", "each stream tells its own user's", OfAnotherUserAsync),
        new("events for other agents", "the stream tells what is for its agent", ForOtherAgentsAsync),
        new("an item that is routed away from a stream", "the stream told of it before", RoutedAwayAsync),
        new("a topic that the stream's agent has lost", "the stream told of it before", LostTopicAsync),
    ];

    private static async Task OfAnotherUserAsync(Stage stage)
    {
        var (alice, bob) = (stage.Alice, stage.Bob);
        using var bobs = await Follower.OpenAsync(bob, new() { Filter = new() { Topics = { "streamed" } } });
        using var alices = await Follower.OpenAsync(alice, new() { Filter = new() { Topics = { "streamed" } } });
        await alice.PushAsync("streamed/alice", topics: ["streamed"]);
        await alices.ReadToAsync("streamed/alice");
        await bob.PushAsync("streamed/bob", topics: ["streamed"]);
        await bobs.ReadToAsync("streamed/bob");
        Demand.NotSo(bobs.Changes.Any(change => change.Key != "streamed/bob"), "bob's stream tells of alice's items");
    }

    private static async Task ForOtherAgentsAsync(Stage stage)
    {
        var secret = stage.Canaries.Plant("what is for another agent");
        var owner = stage.Seeing(stage.Alice, "alice", secret);
        using var stream = await OpenAsync(stage, "listener");
        await owner.PushAsync($"told-{secret}", $"\"{secret}\"", topics: ["not-the-listeners"]);
        await owner.PushAsync($"told-{secret}", $"\"{secret}\"", subscribers: ["another"]);
        await owner.Mesh.RemoveAsync(new() { Key = $"told-{secret}" });
        await owner.PushAsync("told-listener", subscribers: ["listener"]);
        await stream.ReadToAsync("told-listener");
        Demand.NotSo(stream.Changes.Any(change => change.Key != "told-listener"), "the stream tells of items for others");
    }

    private static async Task RoutedAwayAsync(Stage stage)
    {
        var secret = stage.Canaries.Plant("an item that was routed away");
        var owner = stage.Seeing(stage.Alice, "alice", secret);
        using var stream = await OpenAsync(stage, "mover");
        await owner.PushAsync("moved", subscribers: ["mover"]);
        await stream.ReadToAsync("moved");
        await owner.PushAsync("moved", $"\"{secret}\"", subscribers: ["another"]);
        await owner.PushAsync("moved", $"\"{secret}\"", subscribers: ["another"]);
        await owner.PushAsync("moved-end", subscribers: ["mover"]);
        await stream.ReadToAsync("moved-end");
        var told = stream.Changes.Where(change => change.Key == "moved").Select(change => change.Kind);
        Demand.NotSo(!told.SequenceEqual([ChangeKind.Created, ChangeKind.LeftView]), "the stream does not take the item away, or tells of it further");
    }

    private static async Task LostTopicAsync(Stage stage)
    {
        var secret = stage.Canaries.Plant("a topic that the agent has lost");
        var owner = stage.Seeing(stage.Alice, "alice", secret);
        await owner.Mesh.RegisterAgentTopicsAsync(new() { AgentName = "loser", Topics = { "lost" } });
        using var stream = await OpenAsync(stage, "loser");
        await owner.PushAsync("lost-before", topics: ["lost"]);
        await stream.ReadToAsync("lost-before");
        await owner.Mesh.UnsubscribeFromTopicsAsync(new() { AgentName = "loser", Topics = { "lost" } });
        await owner.PushAsync($"lost-{secret}", $"\"{secret}\"", topics: ["lost"]);
        await owner.PushAsync("lost-end", subscribers: ["loser"]);
        await stream.ReadToAsync("lost-end");
    }

    /// <summary>A stream of an agent of alice's, which may be told of nothing but alice's own canary.</summary>
    private static Task<Follower> OpenAsync(Stage stage, string agent) =>
        Follower.OpenAsync(stage.Seeing(stage.Alice, "an agent of alice's"), new() { AgentName = agent });
}
