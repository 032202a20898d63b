using Syntha.Cli.Probing;
using Syntha.V1;

namespace Syntha.Cli.Attacks;

/// <summary>Both users give everything the same names, and each asks for all that there is.</summary>
internal static class SameNameAttacks
{
    public static IEnumerable<Attack> All =>
    [
        new("the same keys", "each reads its own value", KeysAsync),
        new("the same agents and topics", "each gets its own", AgentsAndTopicsAsync),
        new("lists, prefixes, globs, topics, pages", "each lists its own", ListsAsync),
        new("statistics and outcomes", "each counts its own", CountsAsync),
        new("prompts and tools", "each gets its own", PromptsAndToolsAsync),
        new("removals of all kinds", "they remove the caller's own", RemovalsAsync),
    ];

    private static async Task KeysAsync(Probe probe)
    {
        await BothAsync(probe, user => user.PushAsync("same"));
        await probe.Alice.PushAsync("only-alice");
        await BothAsync(probe, async user =>
        {
            await user.RequireOwnAsync("same");
            var many = await user.Mesh.GetManyAsync(new() { Keys = { "same" } });
            Require.Control(many.Items.Select(item => item.ValueJson).SequenceEqual([user.Json]), "GetMany does not find it");
        });
        await probe.Alice.RequireOwnAsync("only-alice");
        Require.NoLeak(await probe.Bob.ValueAsync("only-alice") is not null, "bob gets a key that only alice has");
        var has = await probe.Bob.Tools.HasContextAsync(new() { AsAgent = "agent", Key = "only-alice" });
        Require.NoLeak(has.Exists, "bob's agent learns that alice has a key");
    }

    private static async Task AgentsAndTopicsAsync(Probe probe)
    {
        await BothAsync(probe, async user =>
        {
            await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "worker", Topics = { $"of-{user.Canary}" } });
            await user.Mesh.SetPostPermissionsAsync(new() { Agent = "worker", Permissions = new() { Topics = { $"of-{user.Canary}" } } });
            var access = new AgentAccess { CustomRole = new() { Name = $"role-{user.Canary}" } };
            await user.Mesh.SetAccessAsync(new() { Agent = "worker", Access = access });
        });
        await BothAsync(probe, async user =>
        {
            var topics = await user.Mesh.GetAgentTopicsAsync(new() { Agent = "worker" });
            var all = await user.Mesh.ListTopicsAsync(new() { PageSize = 1_000 });
            var posts = await user.Mesh.GetPostPermissionsAsync(new() { Agent = "worker" });
            var access = await user.Tools.GetAccessAsync(new() { Agent = "worker" });
            Require.Control(
                topics.Topics.SequenceEqual([$"of-{user.Canary}"]) && all.Topics.Any(topic => topic.Name == $"of-{user.Canary}")
                && posts.Permissions.Topics.SequenceEqual([$"of-{user.Canary}"]) && access.Access.CustomRole.Name == $"role-{user.Canary}",
                "a user does not see what it stored about its agent");
        });
    }

    private static async Task ListsAsync(Probe probe)
    {
        await BothAsync(probe, async user =>
        {
            for (var number = 0; number < 5; number++)
            {
                await user.PushAsync($"list/{number}/{user.Canary}", topics: ["lists"]);
            }

            await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "lister", Topics = { "lists" } });
        });
        await BothAsync(probe, async user =>
        {
            ListRequest[] requests =
            [
                new(),
                new() { Filter = new() { KeyPrefix = "list/" } },
                new() { Filter = new() { KeyGlob = "*" } },
                new() { Filter = new() { KeyGlob = "list/[0-9]/*" } },
                new() { Filter = new() { Topics = { "lists" } } },
                new() { AsAgent = "lister" },
                new() { View = ItemView.Keys },
                new() { PageSize = 2, Filter = new() { KeyPrefix = "list/" } },
            ];
            foreach (var request in requests)
            {
                Require.Control(await ListedAsync(user, request) == 5, $"a list lacks some of the caller's own: {request}");
            }

            var byTopic = await user.Tools.ListContextAsync(new() { AsAgent = "lister", Filter = new() { Topics = { "lists" } } });
            var byPattern = await user.Tools.ListContextAsync(new() { AsAgent = "lister", Filter = new() { KeyGlob = "list/*" } });
            var keys = await user.Tools.ListContextAsync(new() { AsAgent = "lister", View = ItemView.Keys });
            Require.Control(
                byTopic.Items.Count == 5 && byPattern.Items.Count == 5
                && keys.Items.Count(item => item.Key.StartsWith("list/", StringComparison.Ordinal)) == 5,
                "an agent's list lacks some of its own");
        });
    }

    private static async Task CountsAsync(Probe probe)
    {
        var before = await probe.Bob.Mesh.GetStatsAsync(new());
        await probe.Alice.PushAsync("counted");
        await probe.Alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "counter", Topics = { "counted" } });
        await BothAsync(probe, async user =>
        {
            var report = new OutcomeReport { TaskType = $"type-{user.Canary}", Success = true, OutputJson = user.Json };
            await user.Mesh.LogOutcomeAsync(new() { Agent = "counter", Report = report });
        });
        Require.NoLeak(!before.Equals(await probe.Bob.Mesh.GetStatsAsync(new())), "bob's statistics count what alice does");
        await BothAsync(probe, async user =>
        {
            var stats = await user.Mesh.GetStatsAsync(new());
            var outcomes = await user.Mesh.ListOutcomesAsync(new() { Filter = new() { Agent = "counter" } });
            var metrics = await user.Mesh.GetOutcomeMetricsAsync(new() { Filter = new() { Agent = "counter" } });
            Require.NoLeak(outcomes.Outcomes.Count > 1 || metrics.Overall.Total > 1, "outcomes of both users are counted together");
            Require.Control(
                stats.Position.Revision > 0 && outcomes.Outcomes.Count == 1 && metrics.Overall.Total == 1, "a user does not see its own");
        });
    }

    private static async Task PromptsAndToolsAsync(Probe probe)
    {
        await BothAsync(probe, user => user.PushAsync("prompted"));
        await BothAsync(probe, async user =>
        {
            var owner = await user.Mesh.BuildPromptAsync(new() { Spec = new() { System = new() } });
            var agent = await user.Tools.BuildPromptAsync(new() { AsAgent = "reader", Spec = new() { System = new() } });
            Require.Control(
                owner.Prompt.Text.Contains(user.Canary, StringComparison.Ordinal)
                && agent.Prompt.Text.Contains(user.Canary, StringComparison.Ordinal),
                "a prompt lacks the caller's own");
            var request = new CallToolRequest { AsAgent = "reader", Name = "get_context", ArgumentsJson = """{"keys": "prompted"}""" };
            var get = await user.Tools.CallToolAsync(request);
            Require.Control(get.ResultJson.Contains(user.Canary, StringComparison.Ordinal), "get_context lacks the caller's own");
            foreach (var tool in (string[])["get_context", "list_context", "discover_topics"])
            {
                Require.Control(
                    (await user.Tools.CallToolAsync(new() { AsAgent = "reader", Name = tool })).Success, $"{tool} does not work");
            }
        });
    }

    private static async Task RemovalsAsync(Probe probe)
    {
        await BothAsync(probe, async user =>
        {
            foreach (var key in (string[])["gone/removed", "gone/cleared", "gone/topic"])
            {
                await user.PushAsync(key, topics: ["gone"], agent: "remover");
            }

            await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "remover", Topics = { "gone" } });
            await user.Mesh.LogOutcomeAsync(new() { Agent = "remover", Report = new() { TaskType = "task" } });
        });
        var bob = probe.Bob;
        await bob.Mesh.RemoveAsync(new() { Key = "gone/removed" });
        await bob.Mesh.DeleteTopicAsync(new() { Topic = "gone" });
        await bob.Tools.ClearContextAsync(new() { AsAgent = "remover" });
        await bob.Mesh.UnsubscribeFromTopicsAsync(new() { Agent = "remover", Topics = { "gone" } });
        await bob.Mesh.ClearOutcomesAsync(new() { Filter = new() { Agent = "remover" } });
        await bob.Mesh.CleanupExpiredAsync(new());
        await bob.Mesh.ClearAsync(new());
        Require.Control(await bob.ValueAsync("gone/cleared") is null, "bob's own items are still there");

        var left = await probe.Alice.Mesh.ListAsync(new() { Filter = new() { KeyPrefix = "gone/" } });
        var topics = await probe.Alice.Mesh.GetAgentTopicsAsync(new() { Agent = "remover" });
        var outcomes = await probe.Alice.Mesh.ListOutcomesAsync(new() { Filter = new() { Agent = "remover" } });
        Require.NoLeak(
            left.Items.Count != 3 || topics.Topics.Count != 1 || outcomes.Outcomes.Count != 1,
            "what bob removed is gone from alice as well");
    }

    private static async Task<int> ListedAsync(ProbeUser user, ListRequest request)
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

    private static async Task BothAsync(Probe probe, Func<ProbeUser, Task> act)
    {
        await act(probe.Alice);
        await act(probe.Bob);
    }
}
