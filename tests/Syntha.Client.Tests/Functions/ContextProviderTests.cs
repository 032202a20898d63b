using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

using Syntha.Agents.AI;
using Syntha.Client.Tests.RealServer;

namespace Syntha.Client.Tests.Functions;

/// <summary>An agent of the Agent Framework with the provider, against a real server.</summary>
public sealed class ContextProviderTests(SharedServer shared)
{
    private readonly ContextMesh mesh = shared.Server.NewUser();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OfAnAgent_IsToldWhatItCanReadNowAndOfferedItsTools()
    {
        await mesh.PushAsync("trip", new { city = "Lisboa" }, cancellationToken: Token);
        await mesh.PushAsync("diary", "for nobody else", new() { Subscribers = ["b"] }, Token);
        using var model = new ScriptedModel(new TextContent("One."), new TextContent("Two."));
        var agent = AgentOn(model, mesh.ForAgent("a"));

        await agent.RunAsync("What is known?", cancellationToken: Token);
        var first = model.Options!;
        await mesh.PushAsync("guide", "Ana", cancellationToken: Token);
        await mesh.ForAgent("a").SetAgentRoleAsync(AgentRoles.Readonly, Token);
        await agent.RunAsync("And now?", cancellationToken: Token);

        Assert.Contains("Be brief.", first.Instructions, StringComparison.Ordinal);
        Assert.Contains("Lisboa", first.Instructions, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody else", first.Instructions, StringComparison.Ordinal);
        Assert.DoesNotContain("Ana", first.Instructions, StringComparison.Ordinal);
        Assert.Equal(AgentTools.Standard, first.Tools!.Select(tool => tool.Name));
        Assert.Contains("Ana", model.Options!.Instructions, StringComparison.Ordinal);
        Assert.Equal(AgentRoles.ToolsOf(AgentRoles.Readonly), model.Options.Tools!.Select(tool => tool.Name));
    }

    [Fact]
    public async Task Run_WhoseModelCallsATool_CallsTheServer()
    {
        using var model = new ScriptedModel(
            new FunctionCallContent("1", "push_context", new Dictionary<string, object?> { ["key"] = "plan", ["value"] = "\"fly\"" }),
            new TextContent("Done."));

        var answer = await AgentOn(model, mesh.ForAgent("a")).RunAsync("Plan!", cancellationToken: Token);

        Assert.Equal("Done.", answer.Text);
        Assert.Equal("\"fly\"", (await mesh.GetItemAsync("plan", cancellationToken: Token))!.ValueJson);
    }

    private static ChatClientAgent AgentOn(ScriptedModel model, ToolHandler handler) => new(model, new ChatClientAgentOptions
    {
        ChatOptions = new() { Instructions = "Be brief." },
        AIContextProviders = [new SynthaContextProvider(handler)],
    });
}
