using Syntha.Cli.Probing;
using Syntha.V1;

namespace Syntha.Cli.Attacks;

/// <summary>Within one user: an agent posts where it may not, and uses tools that it may not.</summary>
internal static class RightsAttacks
{
    private const string Poster = "poster";
    private const string Reader = "reader";

    public static IEnumerable<Attack> All =>
    [
        new("posts beyond an agent's permissions, in every way of posting", "it posts to its topic", PostsAsync),
        new("tools beyond an agent's role, by call and by method", "it reads, and an agent without a role writes", ToolsAsync),
    ];

    private static async Task PostsAsync(Stage stage)
    {
        var alice = stage.Alice;
        await alice.Mesh.SetPostPermissionsAsync(new() { AgentName = Poster, Permissions = new() { Topics = { "allowed" } } });
        await alice.PushAsync("post/allowed", topics: ["allowed"], agent: Poster);
        await alice.DemandOwnAsync("post/allowed");

        foreach (var (what, topics, subscribers) in ((string, string[], string[])[])
            [("to another topic", ["other"], []), ("to one more topic", ["allowed", "other"], []), ("to all", [], []), ("to an agent", [], ["friend"])])
        {
            var push = Subject.Push("post/new", alice.Json, topics, subscribers, Poster);
            var entry = new PushManyEntry { Key = "post/new", ValueJson = alice.Json, Topics = { topics }, Subscribers = { subscribers } };
            var direct = new PushContextRequest { AgentName = Poster, Key = "post/new", ValueJson = alice.Json, Topics = { topics }, Subscribers = { subscribers } };
            // A key that is there already, so that it would be published by writing it anew.
            var again = Subject.Push("post/allowed", alice.Json, topics, subscribers, Poster);
            await Demand.RefusedAsync($"Push {what}", alice.Mesh.PushAsync(push), ErrorReason.TopicNotAllowed);
            await Demand.RefusedAsync($"Push of an old key {what}", alice.Mesh.PushAsync(again), ErrorReason.TopicNotAllowed);
            await Demand.RefusedAsync($"PushContext {what}", alice.Tools.PushContextAsync(direct), ErrorReason.TopicNotAllowed);
            await Demand.RefusedAsync(
                $"PushMany {what}", alice.Mesh.PushManyAsync(new() { AgentName = Poster, Entries = { entry } }), ErrorReason.TopicNotAllowed);
        }
        var tool = new CallToolRequest { AgentName = Poster, Name = "push_context", ArgumentsJson = """{"key": "post/new", "value": "v", "topics": ["other"]}""" };
        Demand.NotSo((await alice.Tools.CallToolAsync(tool)).Success, "push_context posted to another topic");
        Demand.NotSo(await alice.ValueAsync("post/new") is not null, "something was posted all the same");
    }

    private static async Task ToolsAsync(Stage stage)
    {
        var alice = stage.Alice;
        await alice.Tools.SetAccessAsync(new() { AgentName = Reader, Access = new() { Role = "readonly" } });
        await alice.PushAsync("tools/kept", topics: ["tools"], subscribers: [Reader], agent: "writer");
        await alice.DemandOwnAsync("tools/kept", agent: Reader);
        var readable = await alice.Tools.GetContextAsync(new() { AgentName = Reader, Key = "tools/kept" });
        Demand.Control(readable.Item is not null, "the agent does not read by its tool");

        var push = new PushContextRequest { AgentName = Reader, Key = "tools/new", ValueJson = "1" };
        await Demand.RefusedAsync("PushContext", alice.Tools.PushContextAsync(push), ErrorReason.ToolNotAllowed);
        await Demand.RefusedAsync("RemoveContext", alice.Tools.RemoveContextAsync(new() { AgentName = Reader, Key = "tools/kept" }), ErrorReason.ToolNotAllowed);
        await Demand.RefusedAsync("ClearContext", alice.Tools.ClearContextAsync(new() { AgentName = Reader }), ErrorReason.ToolNotAllowed);
        await Demand.RefusedAsync(
            "SubscribeToTopics", alice.Tools.SubscribeToTopics(new() { AgentName = Reader, Topics = { "tools" } }), ErrorReason.ToolNotAllowed);
        await Demand.RefusedAsync(
            "UnsubscribeFromTopics", alice.Tools.UnsubscribeFromTopicsAsync(new() { AgentName = Reader, Topics = { "tools" } }), ErrorReason.ToolNotAllowed);
        await Demand.RefusedAsync("Push in its name", alice.Mesh.PushAsync(Subject.Push("tools/new", "1", agent: Reader)), ErrorReason.ToolNotAllowed);
        await Demand.RefusedAsync("Remove in its name", alice.Mesh.RemoveAsync(new() { AgentName = Reader, Key = "tools/kept" }), ErrorReason.ToolNotAllowed);
        await Demand.RefusedAsync("DeleteTopic in its name", alice.Mesh.DeleteTopicAsync(new() { AgentName = Reader, Topic = "tools" }), ErrorReason.ToolNotAllowed);
        foreach (var (tool, arguments) in ((string, string)[])
            [("push_context", """{"key": "tools/new", "value": "v"}"""), ("subscribe_to_topics", """{"topics": ["tools"]}"""), ("delete_topic", """{"topic_name": "tools"}""")])
        {
            var called = await alice.Tools.CallToolAsync(new() { AgentName = Reader, Name = tool, ArgumentsJson = arguments });
            Demand.NotSo(called.Success, $"{tool} was carried out");
        }
        Demand.NotSo(await alice.ValueAsync("tools/kept") is null || await alice.ValueAsync("tools/new") is not null, "something was changed all the same");
    }
}
