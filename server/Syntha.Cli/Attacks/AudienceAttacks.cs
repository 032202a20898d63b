using Syntha.Cli.Probing;
using Syntha.V1;

namespace Syntha.Cli.Attacks;

/// <summary>Within one user: an agent asks for, and writes over, what is for others.</summary>
internal static class AudienceAttacks
{
    private const string Outsider = "outsider";

    public static IEnumerable<Attack> All =>
    [
        new("reads by an agent outside the audience", "the audience and the owner read it", ReadsAsync),
        new("statistics for an agent outside the audience", "the owner's count it", StatisticsAsync),
        new("push, removal, time to live by an agent outside the audience", "the audience may", WritesAsync),
    ];

    private static async Task ReadsAsync(Stage stage)
    {
        var (key, _, outsider) = await HideAsync(stage, "reads");
        ListRequest[] lists =
        [
            new() { AgentName = Outsider }, new() { AgentName = Outsider, KeysOnly = true }, new() { AgentName = Outsider, KeyPrefix = "hidden" },
            new() { AgentName = Outsider, KeyGlob = "*" }, new() { AgentName = Outsider, Topic = "hidden" },
        ];
        foreach (var request in lists)
        {
            Demand.NotSo((await outsider.Mesh.ListAsync(request)).Items.Any(item => item.Key == key), $"a list shows it: {request}");
        }

        Demand.NotSo(await outsider.ValueAsync(key, Outsider) is not null, "Get shows it");
        Demand.NotSo((await outsider.Mesh.GetManyAsync(new() { AgentName = Outsider, Keys = { key } })).Items.Count > 0, "GetMany shows it");
        Demand.NotSo((await outsider.Tools.GetContextAsync(new() { AgentName = Outsider, Key = key })).Item is not null, "GetContext shows it");
        Demand.NotSo((await outsider.Tools.HasContextAsync(new() { AgentName = Outsider, Key = key })).Exists, "HasContext tells of it");
        Demand.NotSo((await outsider.Tools.ListContextKeysAsync(new() { AgentName = Outsider })).Keys.Contains(key), "ListContextKeys tells of it");
        Demand.NotSo((await outsider.Tools.GetContextByTopicAsync(new() { AgentName = Outsider, Topic = "hidden" })).Items.Count > 0, "GetContextByTopic shows it");
        Demand.NotSo((await outsider.Tools.GetContextByPatternAsync(new() { AgentName = Outsider, KeyGlob = key })).Items.Count > 0, "GetContextByPattern shows it");

        // Whose answers are texts, which are searched.
        await outsider.Mesh.ListTopicsAsync(new() { AgentName = Outsider });
        await outsider.Tools.BuildPromptAsync(new() { AgentName = Outsider, Spec = new() { System = new() } });
        await outsider.Mesh.BuildPromptAsync(
            new() { AgentName = Outsider, Spec = new() { Custom = new() { Keys = { key }, Template = "{" + key + "}", FallbackText = "-" } } });
        foreach (var tool in (string[])["get_context", "list_context", "discover_topics"])
        {
            await outsider.Tools.CallToolAsync(new() { AgentName = Outsider, Name = tool });
        }

        await outsider.Tools.CallToolAsync(new() { AgentName = Outsider, Name = "get_context", ArgumentsJson = $$"""{"keys": "{{key}}"}""" });
    }

    private static async Task StatisticsAsync(Stage stage)
    {
        // Topics that an agent is subscribed to are known to all agents.
        await RegisterAsync(stage.Alice);
        var (all, before) = (await CountAsync(stage, agent: null), await CountAsync(stage, Outsider));
        await HideAsync(stage, "statistics");
        Demand.Control(!all.Equals(await CountAsync(stage, agent: null)), "the owner's statistics do not count it");
        Demand.NotSo(!before.Equals(await CountAsync(stage, Outsider)), "an outsider's statistics count it");
    }

    private static async Task WritesAsync(Stage stage)
    {
        var (key, insider, outsider) = await HideAsync(stage, "writes");
        var before = await insider.Mesh.GetAsync(new() { Key = key });
        var gone = Subject.Push(key, "1", agent: Outsider);
        gone.Ttl = new() { Seconds = -1 };
        var pushing = new CallToolRequest { AgentName = Outsider, Name = "push_context", ArgumentsJson = $$"""{"key": "{{key}}", "value": "1"}""" };

        await Demand.RefusedAsync("Push over it", outsider.Mesh.PushAsync(Subject.Push(key, "1", agent: Outsider)), ErrorReason.KeyNotWritable);
        await Demand.RefusedAsync("Push with a time to live over it", outsider.Mesh.PushAsync(gone), ErrorReason.KeyNotWritable);
        await Demand.RefusedAsync(
            "PushMany over it", outsider.Mesh.PushManyAsync(new() { AgentName = Outsider, Entries = { new PushManyEntry { Key = key, ValueJson = "1" } } }),
            ErrorReason.KeyNotWritable);
        await Demand.RefusedAsync(
            "PushContext over it", outsider.Tools.PushContextAsync(new() { AgentName = Outsider, Key = key, ValueJson = "1" }), ErrorReason.KeyNotWritable);
        Demand.NotSo((await outsider.Tools.CallToolAsync(pushing)).Success, "push_context wrote over it");
        Demand.NotSo((await outsider.Mesh.RemoveAsync(new() { Key = key, AgentName = Outsider })).Removed, "Remove removed it");
        Demand.NotSo((await outsider.Tools.RemoveContextAsync(new() { Key = key, AgentName = Outsider })).Removed, "RemoveContext removed it");
        await outsider.Tools.ClearContextAsync(new() { AgentName = Outsider });

        var after = await insider.Mesh.GetAsync(new() { Key = key });
        Demand.NotSo(!before.Item.Equals(after.Item), "it is not what it was");
        Demand.Control((await insider.Mesh.RemoveAsync(new() { Key = key, AgentName = "insider" })).Removed, "the audience may not remove it");
    }

    /// <summary>Items that the outsider must not learn of: one whose key can be asked for, and one that has the secret in its key as well.</summary>
    private static async Task<(string Key, Subject Insider, Subject Outsider)> HideAsync(Stage stage, string what)
    {
        var secret = stage.Canaries.Plant("what is for another agent");
        var owner = stage.Seeing(stage.Alice, "alice", secret);
        var (key, json) = ($"hidden-{what}", $"\"{secret}\"");
        await RegisterAsync(owner);
        await owner.PushAsync(key, json, topics: ["hidden"]);
        await owner.PushAsync($"hidden-{secret}", json, subscribers: ["insider"]);
        await owner.DemandOwnAsync(key, json);
        await owner.DemandOwnAsync(key, json, agent: "insider");
        return (key, owner, stage.Seeing(stage.Alice, "an agent outside the audience"));
    }

    private static async Task RegisterAsync(Subject owner) =>
        await owner.Mesh.RegisterAgentTopicsAsync(new() { AgentName = "insider", Topics = { "hidden" } });

    private static async Task<GetStatsResponse> CountAsync(Stage stage, string? agent)
    {
        var request = new GetStatsRequest();
        if (agent is not null)
        {
            request.AgentName = agent;
        }

        var stats = await stage.Alice.Mesh.GetStatsAsync(request);
        // That something happened, a position tells everybody.
        stats.Position = null;
        return stats;
    }
}
