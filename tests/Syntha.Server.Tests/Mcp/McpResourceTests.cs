using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Syntha.Server.Tests.Mcp;

/// <summary>What an agent can read, as resources: items, topics, what changed, and prompts.</summary>
public sealed class McpResourceTests(SharedServer server)
{
    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("a/../b")]
    [InlineData("..")]
    [InlineData("a?after=1#b c+d")]
    [InlineData("naïve 🙂")]
    public async Task Read_OfAnyKey_IsTheExactText(string key)
    {
        var alice = server.NewUser();
        await alice.PushAsync(key, "{ \"n\": 9007199254740993 }");
        await using var host = await server.ConnectAsync(alice);

        var listed = Assert.Single(await host.ListResourcesAsync(), resource => resource.Name == key);

        Assert.Equal("{ \"n\": 9007199254740993 }", await host.ReadAsync(listed.Uri));
    }

    [Fact]
    public async Task List_OfManyItems_HasAllThatTheAgentReadsAndTheTopics()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t" } });
        var many = new PushManyRequest();
        many.Items.AddRange(Enumerable.Range(0, 250).Select(n => new ItemWrite { Key = $"k{n:D3}", ValueJson = "1", Topics = { "t" } }));
        await alice.Mesh.PushManyAsync(many);
        await alice.PushAsync("hidden", "1", subscribers: ["two"]);
        await using var host = await server.ConnectAsync(alice);

        var names = (await host.ListResourcesAsync()).Select(resource => resource.Uri).ToList();

        Assert.Equal(
            ["syntha://changes", .. many.Items.Select(item => $"syntha://context/{item.Key}"), "syntha://topic/t"], names);
    }

    [Theory]
    [InlineData(McpHost.Stateless, McpErrorCode.InvalidParams)]
    [InlineData(McpHost.WithHandshake, McpErrorCode.ResourceNotFound)]
    public async Task Read_OfWhatIsNotThereOrHidden_IsNotFound(string revision, McpErrorCode code)
    {
        var alice = server.NewUser();
        await alice.PushAsync("hidden", "1", subscribers: ["two"]);
        await using var host = await server.ConnectAsync(alice, revision: revision);

        foreach (var address in (string[])["syntha://context/hidden", "syntha://context/none", "syntha://other", "file:///etc/passwd"])
        {
            var fault = await Assert.ThrowsAsync<McpProtocolException>(() => host.ReadAsync(address));
            Assert.Equal(code, fault.ErrorCode);
        }
    }

    [Fact]
    public async Task Read_OfATopic_HasTheItemsThatTheAgentReads()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "sales" } });
        await alice.PushAsync("a", "1", topics: ["sales"]);
        await alice.PushAsync("b", "2", topics: ["sales", "other"]);
        await alice.PushAsync("c", "3", topics: ["other"]);
        await using var host = await server.ConnectAsync(alice);

        var answer = await host.ReadResourceAsync("syntha://topic/sales");

        Assert.Equal(
            [("syntha://context/a", "1"), ("syntha://context/b", "2")],
            answer.Contents.Cast<TextResourceContents>().Select(content => (content.Uri, content.Text)));
        Assert.EndsWith(".4", answer.PositionOf(), StringComparison.Ordinal);
        Assert.Equal(CacheScope.Private, answer.CacheScope);
    }

    [Fact]
    public async Task Templates_WithCompletion_OfferWhatTheAgentReads()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "sales" } });
        await alice.PushAsync("plan/a");
        await alice.PushAsync("plan/b", subscribers: ["two"]);
        await alice.PushAsync("other");
        await using var host = await server.ConnectAsync(alice);
        var templates = (await host.ListResourceTemplatesAsync()).ToDictionary(template => template.Name, template => template.UriTemplate);

        Assert.Equal(["plan/a"], await CompleteAsync(host, templates["context"], "key", "plan/"));
        Assert.Equal(["sales"], await CompleteAsync(host, templates["topic"], "name", "s"));
        Assert.Empty(await CompleteAsync(host, templates["topic"], "name", "x"));
    }

    [Fact]
    public async Task Changes_AfterAPosition_AreAllThatTheAgentMaySee()
    {
        var alice = server.NewUser();
        await alice.PushAsync("old");
        await using var host = await server.ConnectAsync(alice);
        var start = (await host.ReadResourceAsync("syntha://changes")).PositionOf();
        await alice.PushAsync("new");
        await alice.PushAsync("old", "2");
        await alice.PushAsync("hidden", subscribers: ["two"]);
        await alice.Mesh.RemoveAsync(new() { Key = "new" });
        await alice.PushAsync("hidden", "2", subscribers: ["two"]);

        var (changes, position) = await ChangesAsync(host, start);

        Assert.Equal(["created new", "updated old", "removed new"], changes);
        Assert.EndsWith(".6", position, StringComparison.Ordinal);
        Assert.Empty((await ChangesAsync(host, position)).Changes);
    }

    [Fact]
    public async Task Changes_BeforeTheFirstItem_BeginWithTheStore()
    {
        var alice = server.NewUser();
        await using var host = await server.ConnectAsync(alice);
        var start = (await host.ReadResourceAsync("syntha://changes")).PositionOf();

        await alice.PushAsync("first");

        Assert.Equal(["created first"], (await ChangesAsync(host, start)).Changes);
    }

    [Fact]
    public async Task Changes_OfTheAgentsOwnTopics_SayToReadAllAnew()
    {
        var alice = server.NewUser();
        await alice.PushAsync("a", topics: ["t"]);
        await using var host = await server.ConnectAsync(alice);
        var start = (await host.ReadResourceAsync("syntha://changes")).PositionOf();
        await host.CallToolAsync("subscribe_to_topics", new Dictionary<string, object?> { ["topics"] = (string[])["t"] });

        var report = McpHost.Json(await host.ReadAsync($"syntha://changes?after={Uri.EscapeDataString(start)}"));

        Assert.True(report.GetProperty("is_reset").GetBoolean());
        Assert.EndsWith(".2", report.GetProperty("position").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "ARGUMENT_INVALID")]
    [InlineData("0123456789abcdef.1", "EPOCH_CHANGED")]
    [InlineData("EPOCH.99", "REVISION_IN_FUTURE")]
    public async Task Changes_AfterAWrongPosition_AreRefusedWithTheReason(string after, string reason)
    {
        var alice = server.NewUser();
        await alice.PushAsync("a");
        await using var host = await server.ConnectAsync(alice);
        var epoch = (await host.ReadResourceAsync("syntha://changes")).PositionOf().Split('.')[0];
        after = after.Replace("EPOCH", epoch, StringComparison.Ordinal);

        var fault = await Assert.ThrowsAsync<McpProtocolException>(() => ChangesAsync(host, after));

        Assert.Equal(reason, $"{fault.Data["reason"]}");
    }

    [Fact]
    public async Task Briefing_OfAnAgent_ShowsWhatItReads()
    {
        var alice = server.NewUser();
        await alice.PushAsync("goal", "\"ship it\"");
        await alice.PushAsync("hidden", "\"not for one\"", subscribers: ["two"]);
        await using var host = await server.ConnectAsync(alice);

        var prompt = Assert.Single(await host.ListPromptsAsync());
        var briefing = await host.GetPromptAsync(prompt.Name);
        var text = ((TextContentBlock)Assert.Single(briefing.Messages).Content).Text;

        Assert.Equal("context_briefing", prompt.Name);
        Assert.Contains("ship it", text, StringComparison.Ordinal);
        Assert.DoesNotContain("not for one", text, StringComparison.Ordinal);
        await Assert.ThrowsAsync<McpProtocolException>(async () => await host.GetPromptAsync("none"));
        await Assert.ThrowsAsync<McpProtocolException>(
            async () => await host.GetPromptAsync(prompt.Name, new Dictionary<string, object?> { ["max_bytes"] = "1" }));
    }

    private static async Task<IEnumerable<string>> CompleteAsync(McpClient host, string template, string argument, string begun) =>
        (await host.CompleteAsync(new ResourceTemplateReference { Uri = template }, argument, begun)).Completion.Values;

    private static async Task<(List<string> Changes, string Position)> ChangesAsync(McpClient host, string after)
    {
        var report = McpHost.Json(await host.ReadAsync($"syntha://changes?after={Uri.EscapeDataString(after)}"));
        var changes = report.GetProperty("changes").EnumerateArray()
            .Select(change => $"{change.GetProperty("kind")} {change.GetProperty("uri").GetString()!["syntha://context/".Length..]}");
        return ([.. changes], report.GetProperty("position").GetString()!);
    }
}
