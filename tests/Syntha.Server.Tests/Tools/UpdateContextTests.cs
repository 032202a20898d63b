using System.Text.Json.Nodes;

namespace Syntha.Server.Tests.Tools;

/// <summary>The tool that is off until it is named: what it changes, and what a model is told.</summary>
public sealed class UpdateContextTests(SharedServer server)
{
    private const string Agent = "Planner";

    [Theory]
    [InlineData("""{"operation": "set", "path": "/state", "value": "done"}""", """{"state":"done","n":1,"l":[1]}""", "-")]
    [InlineData("""{"operation": "set", "path": "/l/0", "value": "{\"a\": 2}"}""", """{"state":"open","n":1,"l":[{"a":2}]}""", "-")]
    [InlineData("""{"operation": "set", "path": "/new", "value": 7}""", """{"state":"open","n":1,"l":[1],"new":7}""", "-")]
    [InlineData("""{"operation": "set", "value": "text"}""", "\"text\"", "-")]
    [InlineData("""{"operation": "remove", "path": "/l"}""", """{"state":"open","n":1}""", "-")]
    [InlineData("""{"operation": "merge", "value": {"n": null, "x": 1}}""", """{"state":"open","l":[1],"x":1}""", "-")]
    [InlineData("""{"operation": "increment", "path": "/n"}""", """{"state":"open","n":2,"l":[1]}""", "2")]
    [InlineData("""{"operation": "increment", "path": "/n", "value": "-4"}""", """{"state":"open","n":-3,"l":[1]}""", "-3")]
    [InlineData("""{"operation": "increment", "path": "/n", "value": 0.5}""", """{"state":"open","n":1.5,"l":[1]}""", "1.5")]
    [InlineData("""{"operation": "append", "path": "/l", "value": "b"}""", """{"state":"open","n":1,"l":[1,"b"]}""", "2")]
    [InlineData("""{"operation": "append", "path": "/l", "value": ["b", "c"]}""", """{"state":"open","n":1,"l":[1,"b","c"]}""", "3")]
    [InlineData("""{"operation": "prepend", "path": "/l", "value": "0"}""", """{"state":"open","n":1,"l":[0,1]}""", "2")]
    [InlineData("""{"operation": "add", "path": "/l", "value": "[1, 2]"}""", """{"state":"open","n":1,"l":[1,2]}""", "2")]
    [InlineData("""{"operation": "subtract", "path": "/l", "value": 1}""", """{"state":"open","n":1,"l":[]}""", "0")]
    public async Task UpdateContext_OfEachOperation_ChangesThePartAndTellsTheResult(string arguments, string expected, string result)
    {
        var alice = await UserAsync();

        var told = await alice.CallAsync(Agent, "update_context", With(arguments, "plan"));

        Assert.Equal(expected, await alice.ValueAsync("plan"));
        Assert.Equal($"true \"Context 'plan' updated\" {result}", told.Text("success", "message", "result"));
    }

    [Theory]
    [InlineData("""{"operation": "grow"}""", "must be one of set, remove, merge, increment")]
    [InlineData("""{"operation": "set", "path": "/state"}""", "Missing argument 'value'")]
    [InlineData("""{"operation": "increment", "path": "/state"}""", "there is no number")]
    [InlineData("""{"operation": "remove", "path": "/none"}""", "there is nothing")]
    [InlineData("""{"operation": "remove", "path": "state"}""", "begins with '/'")]
    [InlineData("""{"operation": "merge", "path": "/l", "value": {}}""", "must be left out for merge")]
    [InlineData("""{"operation": "increment", "path": "/n", "value": "much"}""", "must be a number")]
    public async Task UpdateContext_ThatDoesNotFit_SaysWhatWasExpected(string arguments, string expected)
    {
        var alice = await UserAsync();

        var told = await alice.CallAsync(Agent, "update_context", With(arguments, "plan"));

        Assert.Contains(expected, told.Error(), StringComparison.Ordinal);
        Assert.Equal("""{"state":"open","n":1,"l":[1]}""", await alice.ValueAsync("plan"));
    }

    [Fact]
    public async Task UpdateContext_UntilItIsNamed_IsOff()
    {
        var alice = server.NewUser();
        await alice.PushAsync("plan", "1");
        const string Arguments = """{"key": "plan", "operation": "increment"}""";

        Assert.Contains("Access denied", (await alice.CallAsync("none", "update_context", Arguments)).Error(), StringComparison.Ordinal);
        await AllowAsync(new() { PredefinedRole = PredefinedRole.Admin });
        Assert.Contains("Access denied", (await alice.CallAsync(Agent, "update_context", Arguments)).Error(), StringComparison.Ordinal);
        await AllowAsync(new()
        {
            CustomRole = new() { Name = "editor", Tools = { Tool.UpdateContext, Tool.GetContext, Tool.PushContext } },
        });
        Assert.Equal("2", (await alice.CallAsync(Agent, "update_context", Arguments)).Text("result"));
        Assert.Contains("update_context", (await alice.Tools.ListToolsAsync(new() { Agent = Agent })).Tools.Select(tool => tool.Name));

        // It reads and writes, so these rights are needed as well.
        foreach (var missing in (Tool[])[Tool.GetContext, Tool.PushContext, Tool.UpdateContext])
        {
            await AllowAsync(new()
            {
                AllowedTools = new() { Tools = { Tool.GetContext, Tool.PushContext, Tool.UpdateContext } },
                DeniedTools = { missing },
            });
            Assert.False((bool)(await alice.CallAsync(Agent, "update_context", Arguments))["success"]!, $"without {missing}");
        }

        Assert.Equal("2", await alice.ValueAsync("plan"));

        async Task AllowAsync(AgentAccess access) => await alice.Mesh.SetAccessAsync(new() { Agent = Agent, Access = access });
    }

    [Fact]
    public async Task UpdateContext_OfWhatTheAgentCannotRead_IsAsIfItWereNotThere()
    {
        var alice = await UserAsync();
        await alice.PushAsync("secret", "1", subscribers: ["Ann"]);

        var hidden = await alice.CallAsync(Agent, "update_context", """{"key": "secret", "operation": "increment"}""");
        var missing = await alice.CallAsync(Agent, "update_context", """{"key": "none", "operation": "increment"}""");

        Assert.Equal(missing.Error(), hidden.Error());
        Assert.Equal("1", await alice.ValueAsync("secret"));
    }

    private static string With(string arguments, string key)
    {
        var json = JsonNode.Parse(arguments)!.AsObject();
        json["key"] = key;
        return json.ToJsonString();
    }

    private async Task<TestUser> UserAsync()
    {
        var alice = server.NewUser();
        await alice.PushAsync("plan", """{"state":"open","n":1,"l":[1]}""");
        await alice.Mesh.SetAccessAsync(new()
        {
            Agent = Agent,
            Access = new() { AllowedTools = new() { Tools = { Tool.GetContext, Tool.PushContext, Tool.UpdateContext } } },
        });
        return alice;
    }
}
