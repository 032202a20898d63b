using System.Text.Json.Nodes;

namespace Syntha.Server.Tests.Tools;

/// <summary>The seven tools: what each does, and how it reports that.</summary>
public sealed class CallToolTests(SharedServer server)
{
    private const string Agent = "Planner";

    [Fact]
    public async Task PushContext_WithEachRouting_TellsWhatItDidInTheOriginalsWords()
    {
        var alice = server.NewUser();
        var both = await alice.CallAsync(
            Agent, "push_context",
            """{"key": "K", "value": "{\"a\": [1, 2]}", "topics": ["a", "b"], "subscribers": ["C", "D"], "ttl_hours": 2}""");
        var topics = await alice.CallAsync(Agent, "push_context", """{"key": "t", "value": "plain text", "topics": ["a"]}""");
        var direct = await alice.CallAsync(Agent, "push_context", """{"key": "d", "value": "42", "subscribers": ["C"]}""");
        var all = await alice.CallAsync(Agent, "push_context", """{"key": "g", "value": "é"}""");

        Assert.Equal(
            """true "Context 'K' shared with topics: a, b and subscribers: C, D" "K" {"a":[1,2]} ["a","b"] ["C","D"] 2 "Planner" """.Trim(),
            both.Text("success", "message", "key", "value", "topics", "subscribers", "ttl_hours", "sender_agent"));
        Assert.Equal("\"Context 't' shared with topics: a\" \"plain text\" 24", topics.Text("message", "value", "ttl_hours"));
        Assert.Equal("\"Context 'd' shared with subscribers: C\" 42 []", direct.Text("message", "value", "topics"));
        Assert.Equal("\"Context 'g' shared globally\" \"é\"", all.Text("message", "value"));
        Assert.Equal("{\"a\": [1, 2]}", await alice.ValueAsync("K", "C"));
        Assert.Equal("\"plain text\"", await alice.ValueAsync("t"));
        Assert.Null(await alice.ValueAsync("t", "C"));
        Assert.Equal((Agent, "\"é\""), ((await alice.FindAsync("g"))!.Author, await alice.ValueAsync("g", "anyone")));
    }

    [Theory]
    [InlineData("", 24.0)]
    [InlineData(""", "ttl_hours": 0.5""", 0.5)]
    [InlineData(""", "ttl_hours": "12" """, 12.0)]
    [InlineData(""", "ttl_hours": 0""", null)]
    [InlineData(""", "ttl_hours": -3""", null)]
    [InlineData(""", "ttl_hours": null""", 24.0)]
    public async Task PushContext_WithATimeToLive_ExpiresThen(string ttl, double? hours)
    {
        var alice = server.NewUser();
        await alice.CallAsync(Agent, "push_context", $$"""{"key": "k", "value": "1"{{ttl}}}""");
        var item = (await alice.FindAsync("k"))!;

        Assert.Equal(hours, item.ExpireTime is null ? null : (item.ExpireTime - item.UpdateTime).ToTimeSpan().TotalHours);
    }

    [Theory]
    [InlineData("12e34567")]
    [InlineData("1e5")]
    [InlineData("1.10")]
    [InlineData("1.0")]
    [InlineData("-0")]
    [InlineData(" 7")]
    [InlineData("00420")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("0.30000000000000000001")]
    [InlineData("1e999")]
    public async Task PushContext_TextThatIsNoNumberWhenReadBack_StaysText(string text)
    {
        var alice = server.NewUser();
        await alice.CallAsync(Agent, "push_context", new JsonObject { ["key"] = "k", ["value"] = text }.ToJsonString());

        Assert.Equal($"\"{text}\"", await alice.ValueAsync("k"));
    }

    [Theory]
    [InlineData("42")]
    [InlineData("-7")]
    [InlineData("0.5")]
    [InlineData("9223372036854775807")]
    [InlineData("18446744073709551615")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[1e5]")]
    public async Task PushContext_TextThatReadsBackTheSame_IsJson(string text)
    {
        var alice = server.NewUser();
        await alice.CallAsync(Agent, "push_context", new JsonObject { ["key"] = "k", ["value"] = text }.ToJsonString());

        Assert.Equal(text, await alice.ValueAsync("k"));
    }

    [Theory]
    [InlineData("{\"key\":\"k\",\"value\":1e999}", "number")]
    [InlineData("{\"key\":\"k\",\"value\":{\"a\":[12e34567]}}", "number")]
    [InlineData("{\"key\":\"k\",\"value\":[\"\\ud83d\"]}", "surrogate")]
    [InlineData("{\"key\":\"\\ud83d\",\"value\":1}", "surrogate")]
    [InlineData("{\"key\":\"k\",\"value\":1,\"topics\":[\"\\udc00\"]}", "surrogate")]
    public async Task PushContext_WhatNoReaderTakes_IsAFailedResult(string arguments, string why)
    {
        var alice = server.NewUser();

        Assert.Contains(why, (await alice.CallAsync(Agent, "push_context", arguments)).Error(), StringComparison.Ordinal);
        Assert.Empty(await alice.KeysAsync());
    }

    [Fact]
    public async Task GetContext_ReadsWhatTheAgentCanRead()
    {
        var alice = server.NewUser();
        await alice.PushAsync("a", "1");
        await alice.PushAsync("b", "{\"n\": 18446744073709551615}");
        await alice.PushAsync("hidden", "3", subscribers: ["other"]);
        var all = await alice.CallAsync(Agent, "get_context");
        var some = await alice.CallAsync(Agent, "get_context", """{"keys": ["b", "hidden", "none", "b"]}""");

        Assert.Equal(
            """{"a":1,"b":{"n":18446744073709551615}} "Planner" [] ["a","b"]""",
            all.Text("context", "agent_name", "keys_requested", "keys_found"));
        Assert.Equal(
            """{"b":{"n":18446744073709551615}} ["b","hidden","none","b"] ["b"]""", some.Text("context", "keys_requested", "keys_found"));
    }

    [Fact]
    public async Task GetContext_OfMoreThanAnAnswerHolds_NamesTheRest()
    {
        var alice = server.NewUser();
        var value = $"\"{new string('v', 600_000)}\"";
        foreach (var key in (string[])["a", "b", "c", "d", "e"])
        {
            await alice.PushAsync(key, value);
        }

        var seen = new List<string>();
        var result = await alice.CallAsync(Agent, "get_context");
        while (result["keys_remaining"] is JsonArray remaining)
        {
            seen.AddRange(result["keys_found"]!.AsArray().Select(key => (string)key!));
            result = await alice.CallAsync(Agent, "get_context", new JsonObject { ["keys"] = remaining.DeepClone() }.ToJsonString());
        }
        seen.AddRange(result["keys_found"]!.AsArray().Select(key => (string)key!));

        Assert.Equal(["a", "b", "c", "d", "e"], seen);
    }

    [Fact]
    public async Task GetContext_OfAllOfALargeMesh_IsSmallAndTellsTheWayOn()
    {
        var alice = server.NewUser();
        var value = $"\"{new string('v', 2_000)}\"";
        await alice.Mesh.PushManyAsync(new()
        {
            Items = { Enumerable.Range(0, 1_000).Select(number => new ItemWrite { Key = $"key-{number:D4}", ValueJson = value }) },
        });

        var result = await alice.CallAsync(Agent, "get_context");

        Assert.InRange(result.ToJsonString().Length, 50_000, 100_000);
        var (found, remaining) = (result["keys_found"]!.AsArray(), result["keys_remaining"]!.AsArray());
        Assert.Equal(1_000, found.Count + remaining.Count);
        Assert.Contains($"there are {remaining.Count} more", (string)result["message"]!, StringComparison.Ordinal);
        var next = new JsonObject { ["keys"] = new JsonArray([.. remaining.Take(500).Select(key => key!.DeepClone())]) };
        Assert.Equal(500, (await alice.CallAsync(Agent, "get_context", next.ToJsonString()))["keys_found"]!.AsArray().Count);
    }

    [Fact]
    public async Task ListContext_GroupsKeysByTheAgentsTopics()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = Agent, Topics = { "t", "empty" } });
        await alice.PushAsync("in-t", topics: ["t", "foreign"]);
        await alice.PushAsync("global");
        await alice.PushAsync("hidden", topics: ["foreign"]);
        var list = await alice.CallAsync(Agent, "list_context");

        Assert.Equal(
            """{"t":["in-t"],"empty":[],"other":["global"]} ["global","in-t"] ["t","empty"] "Planner" 2""",
            list.Text("keys_by_topic", "all_accessible_keys", "topics_subscribed", "agent_name", "total_keys"));
    }

    [Fact]
    public async Task Subscribing_AddsTopics_AndUnsubscribingTellsWhatRemains()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = Agent, Topics = { "first" } });
        var joined = await alice.CallAsync(Agent, "subscribe_to_topics", """{"topics": ["a", "b"]}""");
        var left = await alice.CallAsync(Agent, "unsubscribe_from_topics", """{"topics": ["a", "never"]}""");

        Assert.Equal("""true "Planner" ["a","b"] ["first","a","b"]""", joined.Text("success", "agent", "topics", "topics_subscribed"));
        Assert.Equal(
            """true "Planner" ["a"] ["never"] ["first","b"]""",
            left.Text("success", "agent", "topics_unsubscribed", "topics_not_subscribed", "remaining_topics"));
        Assert.Equal(["first", "b"], (await alice.Mesh.GetAgentTopicsAsync(new() { Agent = Agent })).Topics);
    }

    [Fact]
    public async Task DiscoverTopics_TellsThePopularFirst()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "x", Topics = { "two", "one" } });
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "y", Topics = { "two" } });
        await alice.PushAsync("k", topics: ["unheard"], agent: Agent);
        await alice.PushAsync("h", topics: ["hidden"]);
        var plain = await alice.CallAsync(Agent, "discover_topics");
        var named = await alice.CallAsync(Agent, "discover_topics", """{"include_subscriber_names": "true"}""");

        Assert.Equal(
            """{"two":{"subscriber_count":2,"is_active":true},"one":{"subscriber_count":1,"is_active":true},"unheard":"""
                + """{"subscriber_count":0,"is_active":false}} 3 ["two"]""",
            plain.Text("topics", "total_topics", "popular_topics"));
        Assert.Equal("""["x","y"]""", named["topics"]!["two"]!.AsObject().Text("subscribers"));
        Assert.Equal("Subscribe to 'two' (2 subscribers)", (string)plain["suggestions"]!["two"]!);
    }

    [Fact]
    public async Task DeleteTopic_Confirmed_DeletesForAll()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "x", Topics = { "t", "u" } });
        await alice.PushAsync("alone", topics: ["t"]);
        await alice.PushAsync("shared", topics: ["t", "u"]);
        var refused = await alice.CallAsync(Agent, "delete_topic", """{"topic": "t", "confirm": false}""");
        var unknown = await alice.CallAsync(Agent, "delete_topic", """{"topic": "none", "confirm": true}""");
        Assert.Equal(2, (await alice.KeysAsync()).Count);
        var done = await alice.CallAsync(Agent, "delete_topic", """{"topic": "t", "confirm": true}""");

        Assert.StartsWith("Deletion not confirmed", refused.Error(), StringComparison.Ordinal);
        Assert.Equal("\"Topic 'none' does not exist\" [\"t\",\"u\"]", unknown.Text("error", "available_topics"));
        Assert.Equal("true \"t\" [\"x\"] 1", done.Text("success", "topic", "subscribers_affected", "context_items_deleted"));
        Assert.Equal(["shared"], await alice.KeysAsync());
    }

    [Fact]
    public async Task CallTool_RepeatedWithItsRequestId_WritesOnce()
    {
        var alice = server.NewUser();
        var request = new CallToolRequest
        {
            AsAgent = Agent,
            Name = "push_context",
            ArgumentsJson = """{"key": "k", "value": "1"}""",
            RequestId = Guid.NewGuid().ToString(),
        };
        var first = await alice.Tools.CallToolAsync(request);
        var second = await alice.Tools.CallToolAsync(request);

        Assert.Equal((1, false, 1, true), (first.Position.Revision, first.Replayed, second.Position.Revision, second.Replayed));
        Assert.Equal(first.ResultJson, second.ResultJson);
        request.ArgumentsJson = """{"key": "k", "value": "2"}""";
        await Refusal.OfAsync(ErrorReason.RequestIdReused, alice.Tools.CallToolAsync(request));
    }

    [Fact]
    public async Task ReadingTools_OfAUserWithoutAStore_CreateNone()
    {
        var nobody = server.NewUser();
        Assert.Equal("{}", (await nobody.CallAsync(Agent, "get_context")).Text("context"));
        Assert.Equal("0", (await nobody.CallAsync(Agent, "list_context")).Text("total_keys"));
        Assert.Equal("{}", (await nobody.CallAsync(Agent, "discover_topics")).Text("topics"));
        Assert.Equal("Unknown tool: x", (await nobody.CallAsync(Agent, "x")).Error());
        Assert.False(server.HasStore(nobody.Id));
    }
}
