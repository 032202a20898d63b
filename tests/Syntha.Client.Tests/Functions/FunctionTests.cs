using System.Text.Json;

using Microsoft.Extensions.AI;

using Syntha.Client.Tests.RealServer;
using Syntha.Extensions.AI;

namespace Syntha.Client.Tests.Functions;

/// <summary>An agent's tools in the tool loop of Microsoft.Extensions.AI, against a real server.</summary>
public sealed class FunctionTests(SharedServer shared)
{
    private readonly ContextMesh mesh = shared.Server.NewUser();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AsAIFunctions_OfAnAgent_AreItsToolsWithTheServersSchemas()
    {
        var agent = mesh.ForAgent("a");
        var all = await agent.AsAIFunctionsAsync(cancellationToken: Token);
        await agent.SetAgentRoleAsync(AgentRoles.Readonly, Token);

        Assert.Equal(AgentTools.Standard, all.Select(function => function.Name));
        Assert.Equal([AgentTools.DeleteTopic], all.OfType<ApprovalRequiredAIFunction>().Select(function => function.Name));
        Assert.Equal("array", all[0].JsonSchema.GetProperty("properties").GetProperty("keys").GetProperty("type").GetString());
        Assert.StartsWith("Read shared context.", all[0].Description, StringComparison.Ordinal);
        var readable = await agent.AsAIFunctionsAsync(cancellationToken: Token);
        Assert.Equal(AgentRoles.ToolsOf(AgentRoles.Readonly), readable.Select(function => function.Name));
    }

    [Fact]
    public async Task ToolLoop_OfAModel_WritesReadsAndIsToldRefusals()
    {
        var agent = mesh.ForAgent("a");
        using var model = new ScriptedModel(
            Call("push_context", """{"key": "plan", "value": "{\"city\": \"Lisboa\"}", "topics": ["travel"]}"""),
            Call("get_context", """{"keys": ["plan"]}"""),
            Call("push_context", """{"key": "plan"}"""),
            new TextContent("Done."));
        using var chat = new FunctionInvokingChatClient(model);

        var options = new ChatOptions { Tools = [.. await agent.AsAIFunctionsAsync(cancellationToken: Token)] };
        var answer = await chat.GetResponseAsync("Plan!", options, Token);

        Assert.Equal("Done.", answer.Text);
        Assert.Equal("""{"city": "Lisboa"}""", (await mesh.GetItemAsync("plan", cancellationToken: Token))!.ValueJson);
        var results = model.Results.Select(result => (JsonElement)result.Result!).ToList();
        Assert.Equal([true, true, false], results.Select(result => result.GetProperty("success").GetBoolean()));
        Assert.Equal("Lisboa", results[1].GetProperty("context").GetProperty("plan").GetProperty("city").GetString());
    }

    [Fact]
    public async Task ToolLoop_ThatWouldDeleteATopic_AsksFirst()
    {
        var agent = mesh.ForAgent("a");
        await mesh.RegisterAgentTopicsAsync("a", ["t"], Token);
        using var model = new ScriptedModel(Call("delete_topic", """{"topic": "t", "confirm": true}"""));
        using var chat = new FunctionInvokingChatClient(model);

        var options = new ChatOptions { Tools = [.. await agent.AsAIFunctionsAsync(cancellationToken: Token)] };
        await chat.GetResponseAsync("Tidy up!", options, Token);

        Assert.Equal(["t"], await mesh.GetTopicsForAgentAsync("a", Token));
    }

    [Fact]
    public async Task MergeWith_AToolOfTheSameName_CallsEachByItsOwn()
    {
        await mesh.PushAsync("k", 1, cancellationToken: Token);
        var own = AIFunctionFactory.Create(() => "mine", "get_context");
        var tools = await mesh.ForAgent("a").MergeWithAsync([own], Token);
        using var model = new ScriptedModel(Call("get_context", "{}"), Call("syntha_get_context", "{}"), new TextContent("Done."));
        using var chat = new FunctionInvokingChatClient(model);

        await chat.GetResponseAsync("Look!", new ChatOptions { Tools = [.. tools] }, Token);

        Assert.Equal(8, tools.Count);
        Assert.Equal("mine", model.Results[0].Result!.ToString());
        Assert.Equal(1, ((JsonElement)model.Results[1].Result!).GetProperty("context").GetProperty("k").GetInt32());
    }

    private static FunctionCallContent Call(string name, string arguments) => new(
        Guid.NewGuid().ToString(), name, JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments));
}
