using System.Text.Json;

namespace Syntha.Server.Tests.Http;

/// <summary>Reading and writing items over HTTP: the exact text, guards, repeats, and the same rules as over gRPC.</summary>
public sealed class HttpItemTests(SharedServer server)
{
    [Theory]
    [InlineData("1")]
    [InlineData(" { \"a\" : 12345678901234567890,\r\n\t\"b\":[1.0, 1e2, 0.1000]} ")]
    [InlineData("\"\\u0041é😀\\/\"")]
    [InlineData("null")]
    public async Task Value_WrittenAndRead_IsTheSameText(string json)
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);

        await http.PutAsync("/context/k", json);

        Assert.Equal(json, await user.ValueAsync("k"));
        var read = await http.GetAsync("/context/k");
        Assert.Equal((json, "application/json"), (read.Text, read.Headers["Content-Type"]));
        Assert.Contains($"\"value\":{json}", (await http.GetAsync("/context/k?form=item")).Text, StringComparison.Ordinal);
        Assert.Contains($"\"value\":{json}", (await http.GetAsync("/context")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Item_WithRoutingInTheQuery_IsThatOfTheContract()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);

        await http.PutAsync("/context/k?topics=a&topics=b%20c&subscribers=Critic&ttl=90&as_agent=Writer", "1");

        var item = await user.FindAsync("k");
        Assert.Equal(["a", "b c"], item!.Topics);
        Assert.Equal(("Critic", "Writer"), (item.Subscribers.Single(), item.Author));
        Assert.Equal(90, (item.ExpireTime - item.UpdateTime).Seconds);
        Assert.Equal(404, (await http.GetAsync("/context/k?as_agent=Stranger")).Status);
        Assert.Equal("1", (await http.GetAsync("/agents/Critic/context/k")).Text);
    }

    [Fact]
    public async Task Item_InTheLongForm_HasAllInItsBody()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);

        var written = await http.PutAsync(
            "/context/k?form=item", """{"value": {"n":  9007199254740993}, "topics": ["t"], "ttl": "60s", "metadata": {"by": 1}}""");

        Assert.Equal(200, written.Status);
        var item = await user.FindAsync("k");
        Assert.Equal("""{"n":  9007199254740993}""", item!.ValueJson);
        Assert.Equal(("t", """{"by": 1}"""), (item.Topics.Single(), item.MetadataJson));
        var told = (await http.GetAsync("/context/k?form=item")).Json;
        Assert.Equal(JsonValueKind.Number, told.GetProperty("revision").ValueKind);
        Assert.Equal(1, told.GetProperty("metadata").GetProperty("by").GetInt32());
    }

    [Fact]
    public async Task Get_WithTheETagOfTheItem_AnswersWithoutTheValue()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);
        var written = await http.PutAsync("/context/k", "\"secret\"");

        var read = await http.GetAsync("/context/k");
        var again = await http.GetAsync("/context/k", $"If-None-Match: \"x\", W/{read.ETag}");

        Assert.Equal((written.ETag, "private, no-cache"), (read.ETag, read.Headers["Cache-Control"]));
        Assert.Equal((304, 0, read.ETag), (again.Status, again.Body.Length, again.ETag));
        await http.PutAsync("/context/other", "1");
        Assert.Equal(304, (await http.GetAsync("/context/k", $"If-None-Match: {read.ETag}")).Status);
        await http.PutAsync("/context/k", "2");
        Assert.Equal("2", (await http.GetAsync("/context/k", $"If-None-Match: {read.ETag}")).Text);
    }

    [Fact]
    public async Task ETag_OfAnotherUser_IsNotThatOfTheItem()
    {
        var (alice, bob) = (new HttpUser(server.Http, server.NewUser().Id), new HttpUser(server.Http, server.NewUser().Id));
        var tag = (await alice.PutAsync("/context/k", "1")).ETag;
        await bob.PutAsync("/context/k", "2");

        Assert.Equal("2", (await bob.GetAsync("/context/k", $"If-None-Match: {tag}")).Text);
        Assert.Equal("REVISION_MISMATCH", (await bob.PutAsync("/context/k", "3", $"If-Match: {tag}")).Reason);
        Assert.Equal("2", (await bob.GetAsync("/context/k")).Text);
    }

    [Fact]
    public async Task Write_WithAGuard_HappensOnlyWhereItHolds()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);

        var first = await http.PutAsync("/context/k", "1", "If-None-Match: *");
        var taken = await http.PutAsync("/context/k", "2", "If-None-Match: *");
        var second = await http.PutAsync("/context/k", "2", $"If-Match: {first.ETag}");
        var late = await http.PutAsync("/context/k", "3", $"If-Match: {first.ETag}");
        var lateRemoval = await http.SendAsync("DELETE", "/context/k", null, $"If-Match: {first.ETag}");

        Assert.Equal((200, 412, 200, 412, 412), (first.Status, taken.Status, second.Status, late.Status, lateRemoval.Status));
        Assert.Equal(("KEY_EXISTS", "REVISION_MISMATCH", "REVISION_MISMATCH"), (taken.Reason, late.Reason, lateRemoval.Reason));
        Assert.Equal("2", await user.ValueAsync("k"));
        Assert.Equal(200, (await http.SendAsync("DELETE", "/context/k", null, "If-Match: \"2\"")).Status);
    }

    [Theory]
    [InlineData("If-Match: *")]
    [InlineData("If-Match: 7")]
    [InlineData("If-Match: \"a.1\", \"a.2\"")]
    [InlineData("If-Match: \"0\"")]
    [InlineData("If-None-Match: \"a.1\"")]
    public async Task Write_WithAGuardThatTheContractLacks_IsRefused(string guard)
    {
        var user = server.NewUser();

        var answer = await new HttpUser(server.Http, user.Id).PutAsync("/context/k", "1", guard);

        Assert.Equal((400, "ARGUMENT_INVALID"), (answer.Status, answer.Reason));
        Assert.False(server.HasStore(user.Id));
    }

    [Fact]
    public async Task Write_WithTheSameIdempotencyKey_IsCarriedOutOnce()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);
        var id = $"Idempotency-Key: {Guid.NewGuid()}";

        var first = await http.PutAsync("/context/k", "1", id);
        var again = await http.PutAsync("/context/k", "1", id);
        var other = await http.PutAsync("/context/k", "2", id);

        Assert.Equal((first.ETag, true), (again.ETag, again.Json.GetProperty("replayed").GetBoolean()));
        Assert.Equal((422, "REQUEST_ID_REUSED"), (other.Status, other.Reason));
        Assert.Equal(1, (await user.PositionAsync()).Revision);
    }

    [Fact]
    public async Task List_PageByPage_GivesEachItemOnce()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);
        var items = string.Join(',', Enumerable.Range(0, 7).Select(n => $$"""{"key": "k{{n}}", "value": {{n}}}"""));
        await http.PostAsync("/context:push", $$"""{"items": [{{items}}]}""");

        var (keys, token) = (new List<string>(), "");
        do
        {
            var page = (await http.GetAsync($"/context?key_prefix=k&view=keys&page_size=3&page_token={Uri.EscapeDataString(token)}")).Json;
            keys.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("key").GetString()!));
            token = page.GetProperty("next_page_token").GetString()!;
        }
        while (token.Length > 0);

        Assert.Equal(Enumerable.Range(0, 7).Select(n => $"k{n}"), keys);
    }

    [Fact]
    public async Task AgentsAndTopics_OverHttp_AreThoseOfTheMesh()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);

        await http.PutAsync("/agents/Pl%2Fan/topics", """{"topics": ["a/b", "c"]}""");
        await http.PutAsync("/agents/Pl%2Fan/permissions", """{"topics": ["c"], "may_post_global": true}""");
        await http.PutAsync("/agents/Pl%2Fan/access", """{"predefined_role": "readonly", "denied_tools": ["discover_topics"]}""");

        Assert.Equal(["a/b", "c"], (await user.Mesh.GetAgentTopicsAsync(new() { Agent = "Pl/an" })).Topics);
        Assert.True((await user.Mesh.GetPostPermissionsAsync(new() { Agent = "Pl/an" })).Permissions.MayPostGlobal);
        var access = (await http.GetAsync("/agents/Pl%2Fan/access")).Json;
        Assert.Equal(
            ["get_context", "list_context"], access.GetProperty("available_tools").EnumerateArray().Select(tool => tool.GetString()!));
        Assert.Equal(1, (await http.SendAsync("DELETE", "/topics/a%2Fb")).Json.GetProperty("removed_subscribers").GetInt64());
        var topics = (await http.GetAsync("/topics")).Json.GetProperty("topics");
        Assert.Equal("c", Assert.Single(topics.EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal(200, (await http.PutAsync("/agents/Pl%2Fan/permissions", "null")).Status);
        Assert.Null((await user.Mesh.GetPostPermissionsAsync(new() { Agent = "Pl/an" })).Permissions);
    }

    [Fact]
    public async Task Tool_CalledOverHttp_ActsAsTheAgentOfThePath()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);

        var pushed = await http.PostAsync(
            "/agents/Planner/tools/push_context:call", """{"key": "plan", "value": "Go", "as_agent": "Critic"}""");
        var called = await http.PostAsync("/agents/Planner/tools/push_context:call", """{"key": "plan", "value": "Go"}""");

        Assert.False(pushed.Json.GetProperty("success").GetBoolean());
        Assert.True(called.Json.GetProperty("result").GetProperty("success").GetBoolean());
        Assert.Equal("Planner", (await user.FindAsync("plan"))!.Author);
        var tools = (await http.GetAsync("/agents/Planner/tools")).Json.GetProperty("tools");
        Assert.Equal("get_context", tools[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task PromptAndOutcomes_OverHttp_AreThoseOfTheContract()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);
        await user.PushAsync("city", "\"Paris\"");

        var prompt = await http.GetAsync("/prompt?as_agent=Planner");
        var custom = await http.PostAsync("/prompt", """{"custom": {"template": "in {city}", "keys": ["city"]}}""");
        await http.PostAsync("/outcomes?agent=Planner", """{"task_type": "plan", "success": true, "duration": "1.5s", "input": {"a":1}}""");
        var report = (await http.GetAsync("/outcomes")).Json.GetProperty("outcomes")[0].GetProperty("report");
        var metrics = (await http.GetAsync("/outcomes:metrics?agent=Planner")).Json.GetProperty("overall");

        Assert.Contains("City: Paris", TextOf(prompt), StringComparison.Ordinal);
        Assert.Equal("in Paris", TextOf(custom));
        Assert.Equal(("1.500s", 1), (report.GetProperty("duration").GetString(), report.GetProperty("input").GetProperty("a").GetInt32()));
        Assert.Equal(1, metrics.GetProperty("total").GetInt64());

        static string TextOf(HttpAnswer answer) => answer.Json.GetProperty("prompt").GetProperty("text").GetString()!;
    }

    [Fact]
    public async Task Answer_AboutTheMesh_TellsItsPosition_AndIsNotKept()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);
        await user.PushAsync("k");
        var position = await user.PositionAsync();

        var stats = await http.GetAsync("/stats");

        Assert.Equal($"{position.Epoch}.{position.Revision}", stats.Headers["Syntha-Position"]);
        Assert.Equal("nosniff", stats.Headers["X-Content-Type-Options"]);
        Assert.Equal(("no-store", "Authorization, user-id"), (stats.Headers["Cache-Control"], stats.Headers["Vary"]));
        Assert.Equal(200, (await http.GetAsync("/server")).Status);
    }
}
