using Syntha.Cli.Probing;
using Syntha.V1;

namespace Syntha.Cli.Attacks;

/// <summary>Both users name everything alike, and each asks for all there is.</summary>
internal static class SameNameAttacks
{
    public static IEnumerable<Attack> All =>
    [
        new("the same keys", "each reads its own value", KeysAsync),
        new("the same agents and topics", "each is told its own", AgentsAndTopicsAsync),
        new("lists, prefixes, globs, topics, pages", "each lists its own", ListsAsync),
        new("statistics and outcomes", "each counts its own", CountsAsync),
        new("prompts and tools", "each is told its own", PromptsAndToolsAsync),
        new("removals of all kinds", "they remove the caller's own", RemovalsAsync),
    ];

    private static async Task KeysAsync(Stage stage)
    {
        await BothAsync(stage, user => user.PushAsync("same"));
        await stage.Alice.PushAsync("only-alice");
        await BothAsync(stage, async user =>
        {
            await user.DemandOwnAsync("same");
            var many = await user.Mesh.GetManyAsync(new() { Keys = { "same" } });
            Demand.Control(many.Items.Select(item => item.ValueJson).SequenceEqual([user.Json]), "GetMany does not find it");
        });
        await stage.Alice.DemandOwnAsync("only-alice");
        Demand.NotSo(await stage.Bob.ValueAsync("only-alice") is not null, "bob gets a key that only alice has");
        var has = await stage.Bob.Tools.HasContextAsync(new() { AgentName = "agent", Key = "only-alice" });
        Demand.NotSo(has.Exists, "bob's agent is told that a key of alice's exists");
    }

    private static async Task AgentsAndTopicsAsync(Stage stage)
    {
        await BothAsync(stage, async user =>
        {
            await user.Mesh.RegisterAgentTopicsAsync(new() { AgentName = "worker", Topics = { $"of-{user.Canary}" } });
            await user.Mesh.SetPostPermissionsAsync(new() { AgentName = "worker", Permissions = new() { Topics = { $"of-{user.Canary}" } } });
            await user.Tools.SetAccessAsync(new() { AgentName = "worker", Access = new() { Role = $"role-{user.Canary}" } });
        });
        await BothAsync(stage, async user =>
        {
            var topics = await user.Mesh.GetAgentTopicsAsync(new() { AgentName = "worker" });
            var all = await user.Mesh.ListTopicsAsync(new() { PageSize = 1_000 });
            var posts = await user.Mesh.GetPostPermissionsAsync(new() { AgentName = "worker" });
            var access = await user.Tools.GetAccessAsync(new() { AgentName = "worker" });
            Demand.Control(
                topics.Topics.SequenceEqual([$"of-{user.Canary}"]) && all.Topics.Any(topic => topic.Name == $"of-{user.Canary}")
                && posts.Permissions.Topics.SequenceEqual([$"of-{user.Canary}"]) && access.Access.Role == $"role-{user.Canary}",
                "a user is not told what it stored about its agent");
        });
    }

    private static async Task ListsAsync(Stage stage)
    {
        await BothAsync(stage, async user =>
        {
            for (var number = 0; number < 5; number++)
            {
                await user.PushAsync($"list/{number}/{user.Canary}", topics: ["lists"]);
            }

            await user.Mesh.RegisterAgentTopicsAsync(new() { AgentName = "lister", Topics = { "lists" } });
        });
        await BothAsync(stage, async user =>
        {
            ListRequest[] requests =
            [
                new(), new() { KeyPrefix = "list/" }, new() { KeyGlob = "*" }, new() { KeyGlob = "list/[0-9]/*" }, new() { Topic = "lists" },
                new() { AgentName = "lister" }, new() { KeysOnly = true }, new() { PageSize = 2, KeyPrefix = "list/" },
            ];
            foreach (var request in requests)
            {
                Demand.Control(await ListedAsync(user, request) == 5, $"a list lacks some of the caller's own: {request}");
            }

            var byTopic = await user.Tools.GetContextByTopicAsync(new() { AgentName = "lister", Topic = "lists" });
            var byPattern = await user.Tools.GetContextByPatternAsync(new() { AgentName = "lister", KeyGlob = "list/*" });
            var keys = await user.Tools.ListContextKeysAsync(new() { AgentName = "lister" });
            Demand.Control(
                byTopic.Items.Count == 5 && byPattern.Items.Count == 5 && keys.Keys.Count(key => key.StartsWith("list/", StringComparison.Ordinal)) == 5,
                "an agent's list lacks some of its own");
        });
    }

    private static async Task CountsAsync(Stage stage)
    {
        var before = await stage.Bob.Mesh.GetStatsAsync(new());
        await stage.Alice.PushAsync("counted");
        await stage.Alice.Mesh.RegisterAgentTopicsAsync(new() { AgentName = "counter", Topics = { "counted" } });
        await BothAsync(stage, user => user.Mesh.LogOutcomeAsync(
            new() { AgentName = "counter", Report = new() { TaskType = $"type-{user.Canary}", Success = true, OutputJson = user.Json } }).ResponseAsync);
        Demand.NotSo(!before.Equals(await stage.Bob.Mesh.GetStatsAsync(new())), "bob's statistics count what alice does");
        await BothAsync(stage, async user =>
        {
            var stats = await user.Mesh.GetStatsAsync(new());
            var outcomes = await user.Mesh.ListOutcomesAsync(new() { AgentName = "counter" });
            var metrics = await user.Mesh.GetOutcomeMetricsAsync(new() { AgentName = "counter" });
            Demand.NotSo(outcomes.Outcomes.Count > 1 || metrics.Overall.Total > 1, "outcomes of both users are counted together");
            Demand.Control(stats.Position.Revision > 0 && outcomes.Outcomes.Count == 1 && metrics.Overall.Total == 1, "a user is not told of its own");
        });
    }

    private static async Task PromptsAndToolsAsync(Stage stage)
    {
        await BothAsync(stage, user => user.PushAsync("told"));
        await BothAsync(stage, async user =>
        {
            var owner = await user.Mesh.BuildPromptAsync(new() { Spec = new() { System = new() } });
            var agent = await user.Tools.BuildPromptAsync(new() { AgentName = "reader", Spec = new() { System = new() } });
            Demand.Control(
                owner.Prompt.Text.Contains(user.Canary, StringComparison.Ordinal) && agent.Prompt.Text.Contains(user.Canary, StringComparison.Ordinal),
                "a prompt lacks the caller's own");
            var get = await user.Tools.CallToolAsync(new() { AgentName = "reader", Name = "get_context", ArgumentsJson = """{"keys": "told"}""" });
            Demand.Control(get.ResultJson.Contains(user.Canary, StringComparison.Ordinal), "get_context lacks the caller's own");
            foreach (var tool in (string[])["get_context", "list_context", "discover_topics"])
            {
                Demand.Control((await user.Tools.CallToolAsync(new() { AgentName = "reader", Name = tool })).Success, $"{tool} does not work");
            }
        });
    }

    private static async Task RemovalsAsync(Stage stage)
    {
        await BothAsync(stage, async user =>
        {
            foreach (var key in (string[])["gone/removed", "gone/cleared", "gone/topic"])
            {
                await user.PushAsync(key, topics: ["gone"], agent: "remover");
            }

            await user.Mesh.RegisterAgentTopicsAsync(new() { AgentName = "remover", Topics = { "gone" } });
            await user.Mesh.LogOutcomeAsync(new() { AgentName = "remover", Report = new() { TaskType = "task" } });
        });
        var bob = stage.Bob;
        await bob.Mesh.RemoveAsync(new() { Key = "gone/removed" });
        await bob.Mesh.DeleteTopicAsync(new() { Topic = "gone" });
        await bob.Tools.ClearContextAsync(new() { AgentName = "remover" });
        await bob.Mesh.UnsubscribeFromTopicsAsync(new() { AgentName = "remover", Topics = { "gone" } });
        await bob.Mesh.ClearOutcomesAsync(new() { AgentName = "remover" });
        await bob.Mesh.CleanupExpiredAsync(new());
        await bob.Mesh.ClearAsync(new());
        Demand.Control(await bob.ValueAsync("gone/cleared") is null, "bob's own items are still there");

        var left = await stage.Alice.Mesh.ListAsync(new() { KeyPrefix = "gone/" });
        var topics = await stage.Alice.Mesh.GetAgentTopicsAsync(new() { AgentName = "remover" });
        var outcomes = await stage.Alice.Mesh.ListOutcomesAsync(new() { AgentName = "remover" });
        Demand.NotSo(left.Items.Count != 3 || topics.Topics.Count != 1 || outcomes.Outcomes.Count != 1, "what bob removed is gone from alice as well");
    }

    private static async Task<int> ListedAsync(Subject user, ListRequest request)
    {
        var found = 0;
        do
        {
            var page = await user.Mesh.ListAsync(request);
            found += page.Items.Count(item => item.Key.StartsWith("list/", StringComparison.Ordinal));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return found;
    }

    private static async Task BothAsync(Stage stage, Func<Subject, Task> act)
    {
        await act(stage.Alice);
        await act(stage.Bob);
    }
}
