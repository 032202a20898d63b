using Syntha.Cli.Probing;
using Syntha.V1;

namespace Syntha.Cli.Attacks;

/// <summary>Within one user: an agent posts beyond its permissions, and uses tools that its role lacks.</summary>
internal static class RightsAttacks
{
    private const string Poster = "poster";
    private const string Reader = "reader";

    public static IEnumerable<Attack> All =>
    [
        new("posts beyond an agent's permissions, in every way of posting", "it posts to its topic", PostsAsync),
        new("tools beyond an agent's role, by call and by method", "it reads, and an agent without a role writes", ToolsAsync),
    ];

    private static async Task PostsAsync(Probe probe)
    {
        var alice = probe.Alice;
        await alice.Mesh.SetPostPermissionsAsync(new() { Agent = Poster, Permissions = new() { Topics = { "allowed" } } });
        await alice.PushAsync("post/allowed", topics: ["allowed"], agent: Poster);
        await alice.RequireOwnAsync("post/allowed");

        (string, string[], string[])[] routings =
        [
            ("to another topic", ["other"], []),
            ("to one more topic", ["allowed", "other"], []),
            ("to all", [], []),
            ("to an agent", [], ["friend"]),
        ];
        foreach (var (what, topics, subscribers) in routings)
        {
            var push = ProbeUser.Push("post/new", alice.Json, topics, subscribers, Poster);
            var entry = new ItemWrite { Key = "post/new", ValueJson = alice.Json, Topics = { topics }, Subscribers = { subscribers } };
            var direct = new PushRequest { AsAgent = Poster, Item = entry.Clone() };
            // A key that exists. Writing it anew would publish it to other agents.
            var again = ProbeUser.Push("post/allowed", alice.Json, topics, subscribers, Poster);
            await Require.RefusedAsync($"Push {what}", alice.Mesh.PushAsync(push), ErrorReason.RoutingNotAllowed);
            await Require.RefusedAsync($"Push of an old key {what}", alice.Mesh.PushAsync(again), ErrorReason.RoutingNotAllowed);
            await Require.RefusedAsync($"PushContext {what}", alice.Tools.PushContextAsync(direct), ErrorReason.RoutingNotAllowed);
            await Require.RefusedAsync(
                $"PushMany {what}", alice.Mesh.PushManyAsync(new() { AsAgent = Poster, Items = { entry } }), ErrorReason.RoutingNotAllowed);
        }
        await alice.PushAsync("post/shared", "1", topics: ["other"], subscribers: [Poster]);
        var patch = new ItemPatch { Key = "post/shared", Increment = new() { Integer = 1 } };
        await Require.RefusedAsync(
            "Patch of what is for another topic", alice.Mesh.PatchAsync(new() { AsAgent = Poster, Patch = patch }),
            ErrorReason.RoutingNotAllowed);
        await Require.RefusedAsync(
            "Commit with a push to all",
            alice.Mesh.CommitAsync(new()
            {
                AsAgent = Poster,
                Operations = { new Operation { Push = new() { Key = "post/new", ValueJson = "1" } } },
            }),
            ErrorReason.RoutingNotAllowed);
        await Require.RefusedAsync(
            "Commit with topics of agents",
            alice.Mesh.CommitAsync(new()
            {
                AsAgent = Poster,
                Operations = { new Operation { Topics = new() { Agent = Poster, Topics = { "other" } } } },
            }),
            ErrorReason.OwnerRequired);
        const string Arguments = """{"key": "post/new", "value": "v", "topics": ["other"]}""";
        var tool = new CallToolRequest { AsAgent = Poster, Name = "push_context", ArgumentsJson = Arguments };
        Require.NoLeak((await alice.Tools.CallToolAsync(tool)).Success, "push_context posted to another topic");
        Require.NoLeak(await alice.ValueAsync("post/new") is not null, "something was posted all the same");
    }

    private static async Task ToolsAsync(Probe probe)
    {
        var alice = probe.Alice;
        await alice.Mesh.SetAccessAsync(new() { Agent = Reader, Access = new() { PredefinedRole = PredefinedRole.Readonly } });
        await alice.PushAsync("tools/kept", topics: ["tools"], subscribers: [Reader], agent: "writer");
        await alice.RequireOwnAsync("tools/kept", agent: Reader);
        var readable = await alice.Tools.GetContextAsync(new() { AsAgent = Reader, Key = "tools/kept" });
        Require.Control(readable.Item is not null, "the agent does not read by its tool");

        var push = new PushRequest { AsAgent = Reader, Item = new() { Key = "tools/new", ValueJson = "1" } };
        await Require.RefusedAsync("PushContext", alice.Tools.PushContextAsync(push), ErrorReason.ToolNotAllowed);
        await Require.RefusedAsync(
            "RemoveContext", alice.Tools.RemoveContextAsync(new() { AsAgent = Reader, Key = "tools/kept" }), ErrorReason.ToolNotAllowed);
        await Require.RefusedAsync("ClearContext", alice.Tools.ClearContextAsync(new() { AsAgent = Reader }), ErrorReason.ToolNotAllowed);
        await Require.RefusedAsync(
            "SubscribeToTopics", alice.Tools.SubscribeToTopics(new() { AsAgent = Reader, Filter = new() { Topics = { "tools" } } }),
            ErrorReason.ToolNotAllowed);
        await Require.RefusedAsync(
            "UnsubscribeFromTopics", alice.Tools.UnsubscribeFromTopicsAsync(new() { Agent = Reader, Topics = { "tools" } }),
            ErrorReason.ToolNotAllowed);
        await Require.RefusedAsync(
            "Push in its name", alice.Mesh.PushAsync(ProbeUser.Push("tools/new", "1", agent: Reader)), ErrorReason.ToolNotAllowed);
        await Require.RefusedAsync(
            "Remove in its name", alice.Mesh.RemoveAsync(new() { AsAgent = Reader, Key = "tools/kept" }), ErrorReason.ToolNotAllowed);
        await Require.RefusedAsync(
            "Patch in its name",
            alice.Mesh.PatchAsync(new() { AsAgent = Reader, Patch = new() { Key = "tools/kept", MergeJson = "1" } }),
            ErrorReason.ToolNotAllowed);
        await Require.RefusedAsync(
            "CommitContext",
            alice.Tools.CommitContextAsync(new()
            {
                AsAgent = Reader,
                Operations = { new Operation { Remove = new() { Key = "tools/kept" } } },
            }),
            ErrorReason.ToolNotAllowed);
        await Require.RefusedAsync(
            "DeleteTopic in its name", alice.Mesh.DeleteTopicAsync(new() { AsAgent = Reader, Topic = "tools" }),
            ErrorReason.ToolNotAllowed);
        (string, string)[] tools =
        [
            ("push_context", """{"key": "tools/new", "value": "v"}"""),
            ("subscribe_to_topics", """{"topics": ["tools"]}"""),
            ("delete_topic", """{"topic_name": "tools"}"""),
        ];
        foreach (var (tool, arguments) in tools)
        {
            var called = await alice.Tools.CallToolAsync(new() { AsAgent = Reader, Name = tool, ArgumentsJson = arguments });
            Require.NoLeak(called.Success, $"{tool} was carried out");
        }
        Require.NoLeak(
            await alice.ValueAsync("tools/kept") is null || await alice.ValueAsync("tools/new") is not null,
            "something was changed all the same");
    }
}
