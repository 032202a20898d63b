using System.Text.Json;

using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests.RealServer;

public sealed class ToolTests(SharedServer shared)
{
    private readonly ContextMesh mesh = shared.Server.NewUser();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetSchemas_InADialect_AreWhatTheAgentMayUse()
    {
        var agent = mesh.ForAgent("a");
        await agent.SetAgentRoleAsync(AgentRoles.Readonly, Token);

        var tools = await agent.GetSchemasAsync(ToolDialect.OpenAI, ["get_context"], Token);

        Assert.Equal(["syntha_get_context", "list_context", "discover_topics"], tools.Select(tool => tool.Name));
        Assert.Equal(AgentRoles.ToolsOf(AgentRoles.Readonly), tools.Select(tool => tool.Tool));
        Assert.Equal("syntha_get_context", tools[0].Definition.GetProperty("function").GetProperty("name").GetString());
    }

    [Fact]
    public async Task GetSchemas_EveryDialect_ListsAllTools()
    {
        foreach (var dialect in Enum.GetValues<ToolDialect>())
        {
            Assert.Equal(7, (await mesh.ForAgent("a").GetSchemasAsync(dialect, cancellationToken: Token)).Count);
        }
    }

    [Fact]
    public async Task HandleToolCall_ThatWritesAndReads_TellsWhatItDid()
    {
        var agent = mesh.ForAgent("a");
        var pushed = await agent.HandleToolCallAsync(
            "push_context", """{"key": "k", "value": "{\"a\": 1}", "topics": "t"}""", cancellationToken: Token);
        var read = await agent.HandleToolCallAsync(
            "syntha_get_context", JsonElement.Parse("""{"keys": ["k"]}"""), cancellationToken: Token);

        Assert.True(pushed.IsSuccess);
        Assert.Equal("Context 'k' shared with topics: t", pushed.Result.GetProperty("message").GetString());
        Assert.Equal(1, pushed.Position.Revision);
        Assert.Equal(1, read.Result.GetProperty("context").GetProperty("k").GetProperty("a").GetInt32());
        Assert.Null(read.Error);
    }

    [Fact]
    public async Task HandleToolCall_ThatIsRefused_IsAResult()
    {
        var agent = mesh.ForAgent("a");
        await agent.SetDeniedToolsAsync([AgentTools.DeleteTopic], Token);

        var denied = await agent.HandleToolCallAsync("delete_topic", """{"topic": "t", "confirm": true}""", cancellationToken: Token);
        var unknown = await agent.HandleToolCallAsync("fly", cancellationToken: Token);

        Assert.Equal((false, "Access denied to tool: delete_topic"), (denied.IsSuccess, denied.Error));
        Assert.Equal("Unknown tool: fly", unknown.Error);
        var thrown = await Assert.ThrowsAsync<SynthaPermissionDeniedException>(
            () => mesh.DeleteTopicAsync("t", new WriteOptions { AgentName = "a" }, Token));
        Assert.Equal((ErrorReason.ToolNotAllowed, "delete_topic"), (thrown.Reason, thrown.Metadata["tool"]));
    }

    [Fact]
    public async Task HandleToolCall_ValueAsDeepAsValuesMayBe_IsRead()
    {
        var agent = mesh.ForAgent("a");
        await mesh.PushJsonAsync("deep", new string('[', 64) + new string(']', 64), cancellationToken: Token);

        Assert.True((await agent.HandleToolCallAsync("get_context", cancellationToken: Token)).IsSuccess);
    }

    [Fact]
    public async Task HandleToolCall_ServerAwayOnce_IsRepeatedWithOneRequestId()
    {
        var left = 1;
        await using var server = await ScriptedServer.StartAsync(_ => Interlocked.Decrement(ref left) >= 0
            ? throw Refusal.Unavailable()
            : new V1.CallToolResponse { ResultJson = """{"success":true,"message":""}""", Success = true });
        await using var client = server.Client();

        Assert.True((await client.ForUser("alice").ForAgent("a").HandleToolCallAsync("push_context", cancellationToken: Token)).IsSuccess);
        Assert.Equal(2, server.Calls.Count);
        Assert.Single(server.Calls.Select(call => call.RequestId).Distinct());
    }

    [Fact]
    public async Task HybridHandler_AnyName_GoesToWhomItBelongs()
    {
        var agent = mesh.ForAgent("a");
        await mesh.PushAsync("k", 1, cancellationToken: Token);
        var handle = agent.CreateHybridHandler(
            (name, arguments, _) => Task.FromResult($"own {name} {arguments}"), ["get_context", "weather"]);

        Assert.Equal("own weather {}", await handle("weather", "{}", Token));
        Assert.Equal("own get_context {}", await handle("get_context", "{}", Token));
        Assert.Equal("own unknown {}", await handle("unknown", "{}", Token));
        Assert.Contains("\"k\":1", await handle("syntha_get_context", "{}", Token), StringComparison.Ordinal);
        Assert.Contains("\"k\"", await handle("list_context", "", Token), StringComparison.Ordinal);
    }
}
