using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Syntha.Server.Tests.Mcp;

/// <summary>The tools over MCP are those of ToolHandler: the same list, the same rights, the same results.</summary>
public sealed class McpToolTests(SharedServer server)
{
    public static TheoryData<string> Revisions { get; } = new(McpHost.Stateless, McpHost.WithHandshake);

    [Theory]
    [MemberData(nameof(Revisions))]
    public async Task List_OfAnAgent_IsThatOfListTools(string revision)
    {
        var alice = server.NewUser();
        await alice.Mesh.SetAccessAsync(new() { Agent = "reader", Access = new() { PredefinedRole = PredefinedRole.Readonly } });
        foreach (var agent in (string[])["one", "reader"])
        {
            await using var host = await server.ConnectAsync(alice, agent, revision);
            var listed = (await host.ListToolsAsync()).Select(tool => tool.ProtocolTool).ToList();
            var expected = (await alice.Tools.ListToolsAsync(new() { Agent = agent, Dialect = ToolDialect.Mcp })).Tools;

            Assert.Equal(revision, host.NegotiatedProtocolVersion);
            Assert.Equal(expected.Select(tool => tool.Name), listed.Select(tool => tool.Name));
            foreach (var (tool, definition) in listed.Zip(expected))
            {
                var told = JsonSerializer.SerializeToNode(tool, McpJsonUtilities.DefaultOptions)!.AsObject();
                Assert.Equal("success", (string)told["outputSchema"]!["required"]![0]!);
                told.Remove("outputSchema");
                Assert.True(JsonNode.DeepEquals(JsonNode.Parse(definition.DefinitionJson), told), told.ToJsonString());
            }
        }
    }

    [Fact]
    public async Task List_OfTools_SaysWhatEachDoes()
    {
        await using var host = await server.ConnectAsync(server.NewUser());
        var tools = (await host.ListToolsAsync()).ToDictionary(tool => tool.Name, tool => tool.ProtocolTool.Annotations!);

        Assert.All(tools.Values, hints => Assert.False(hints.OpenWorldHint));
        Assert.True(tools["get_context"].ReadOnlyHint);
        Assert.False(tools["push_context"].ReadOnlyHint);
        Assert.True(tools["delete_topic"].DestructiveHint);
        Assert.False(tools["push_context"].IdempotentHint);
        Assert.True(tools["subscribe_to_topics"].IdempotentHint);
    }

    [Theory]
    [MemberData(nameof(Revisions))]
    public async Task Call_OfATool_WritesAndReadsTheUsersMesh(string revision)
    {
        var alice = server.NewUser();
        await using var host = await server.ConnectAsync(alice, "Claude", revision);

        var pushed = await host.CallToolAsync(
            "push_context", new Dictionary<string, object?> { ["key"] = "k", ["value"] = "[12345678901234567890]" });
        var read = await host.CallToolAsync("get_context", new Dictionary<string, object?> { ["keys"] = (string[])["k"] });

        Assert.NotEqual(true, pushed.IsError);
        var item = await alice.FindAsync("k");
        Assert.Equal(("[12345678901234567890]", "Claude"), (item!.ValueJson, item.Author));
        Assert.Equal("[12345678901234567890]", read.StructuredContent!.Value.GetProperty("context").GetProperty("k").GetRawText());
        Assert.Equal(
            ((TextContentBlock)Assert.Single(read.Content)).Text,
            (await alice.Tools.CallToolAsync(
                new() { AsAgent = "Claude", Name = "get_context", ArgumentsJson = """{"keys":["k"]}""" })).ResultJson);
        Assert.EndsWith(".1", read.PositionOf(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_OfEachTool_HaveTheMembersOfTheSchema()
    {
        await using var host = await server.ConnectAsync(server.NewUser());
        var tools = await host.ListToolsAsync();
        string[] topics = ["t"];
        var calls = new Dictionary<string, Dictionary<string, object?>>
        {
            ["push_context"] = new() { ["key"] = "k", ["value"] = "1", ["topics"] = topics },
            ["subscribe_to_topics"] = new() { ["topics"] = topics },
            ["get_context"] = [],
            ["list_context"] = [],
            ["discover_topics"] = [],
            ["unsubscribe_from_topics"] = new() { ["topics"] = topics },
            ["delete_topic"] = new() { ["topic"] = "t", ["confirm"] = true },
        };
        foreach (var (name, arguments) in calls)
        {
            var schema = tools.Single(tool => tool.Name == name).ProtocolTool.OutputSchema!.Value.GetProperty("properties");
            var result = (await host.CallToolAsync(name, arguments)).StructuredContent!.Value;

            Assert.True(result.GetProperty("success").GetBoolean(), $"{name}: {result}");
            foreach (var member in result.EnumerateObject())
            {
                Assert.True(schema.TryGetProperty(member.Name, out var type), $"The schema of {name} lacks {member.Name}.");
                if (type.TryGetProperty("type", out var stated))
                {
                    Assert.Equal(stated.GetString(), TypeOf(member.Value));
                }
            }
        }
    }

    [Fact]
    public async Task Call_ThatIsRefused_IsAnErrorResultWithItsReason()
    {
        var alice = server.NewUser();
        await alice.PushAsync("secret", "1", subscribers: ["two"]);
        await alice.Mesh.SetAccessAsync(new() { Agent = "reader", Access = new() { PredefinedRole = PredefinedRole.Readonly } });
        await using var one = await server.ConnectAsync(alice);
        await using var reader = await server.ConnectAsync(alice, "reader");
        var push = new Dictionary<string, object?> { ["key"] = "secret", ["value"] = "2" };

        var taken = await one.CallToolAsync("push_context", push);
        var denied = await reader.CallToolAsync("push_context", push);
        var unknown = await one.CallToolAsync("fly");

        Assert.All([taken, denied, unknown], result => Assert.True(result.IsError));
        Assert.Equal("KEY_NOT_WRITABLE", taken.StructuredContent!.Value.GetProperty("reason").GetString());
        Assert.Contains("Access denied", denied.StructuredContent!.Value.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("available_tools", unknown.StructuredContent!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("1", await alice.ValueAsync("secret"));
    }

    [Fact]
    public async Task Call_WithADeepValue_ComesWholeAsText()
    {
        var alice = server.NewUser();
        var deep = new string('[', 60) + new string(']', 60);
        await alice.PushAsync("deep", deep);
        await using var host = await server.ConnectAsync(alice);

        var read = await host.CallToolAsync("get_context");

        Assert.Contains(deep, ((TextContentBlock)Assert.Single(read.Content)).Text, StringComparison.Ordinal);
        Assert.True(read.StructuredContent!.Value.GetProperty("success").GetBoolean());
        Assert.Equal(deep, await host.ReadAsync("syntha://context/deep"));
    }

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => "boolean",
    };
}
