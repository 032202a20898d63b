using Syntha.Server.Calls;

namespace Syntha.Server.Tests.Safety;

/// <summary>A role that a key carries narrows what the agent may do, by every way in.</summary>
public sealed class KeyRoleTests(SecuredServer server)
{
    [Fact]
    public async Task Key_WithTheRoleReadonly_ReadsAndWritesNothing()
    {
        var user = $"alice{Guid.NewGuid():N}";
        var owner = await server.WithKeyAsync(user);
        await owner.PushAsync("k");
        var reader = server.As(user, (await server.NewKeyAsync(user, agent: "reader", role: "readonly")).Secret).Tools;

        Assert.Equal("1", (await reader.GetContextAsync(new() { AgentName = "reader", Key = "k" })).Item.ValueJson);
        Assert.Contains("\"success\":true", (await reader.CallToolAsync(new() { AgentName = "reader", Name = "get_context" })).ResultJson, StringComparison.Ordinal);
        await DeniedAsync(reader.PushContextAsync(new() { AgentName = "reader", Key = "k", ValueJson = "2" }));
        await DeniedAsync(reader.RemoveContextAsync(new() { AgentName = "reader", Key = "k" }));
        await DeniedAsync(reader.ClearContextAsync(new() { AgentName = "reader" }));
        await DeniedAsync(reader.UnsubscribeFromTopicsAsync(new() { AgentName = "reader", Topics = { "t" } }));
        foreach (var name in (string[])["push_context", "syntha_push_context", "delete_topic", "syntha_delete_topic", "subscribe_to_topics"])
            await DeniedAsync(reader.CallToolAsync(new() { AgentName = "reader", Name = name, ArgumentsJson = """{"key": "k", "value": "2"}""" }));
        using var stream = reader.SubscribeToTopics(new() { AgentName = "reader", Topics = { "t" } });
        Refusal.Of(ErrorReason.ToolNotAllowed, await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken)));
        Assert.Equal(1, (await owner.PositionAsync()).Revision);
    }

    [Fact]
    public async Task Key_OfAnAgent_CannotSayWhatTheAgentMayDo()
    {
        var user = $"alice{Guid.NewGuid():N}";
        var owner = await server.WithKeyAsync(user);
        await owner.Tools.SetAccessAsync(new() { AgentName = "a", Access = new() { Role = "readonly" } });
        var agent = server.As(user, (await server.NewKeyAsync(user, agent: "a")).Secret).Tools;

        await Refusal.OfAsync(ErrorReason.AgentMismatch, agent.SetAccessAsync(new() { AgentName = "a", Access = new() { Role = "admin" } }));
        // What is stored for the agent counts without a role of the key's.
        await Refusal.OfAsync(ErrorReason.ToolNotAllowed, agent.PushContextAsync(new() { AgentName = "a", Key = "k", ValueJson = "1" }));
        Assert.Equal("readonly", (await agent.GetAccessAsync(new() { AgentName = "a" })).Access.Role);
    }

    [Fact]
    public void Methods_OfToolHandler_AllCountAsSomething() =>
        Assert.Equal(
            ToolHandler.Descriptor.Methods.Select(method => method.Name).Order(StringComparer.Ordinal),
            AgentRights.Methods.Append("SetAccess").Order(StringComparer.Ordinal));

    private static Task<Refusal> DeniedAsync<T>(AsyncUnaryCall<T> call) => Refusal.OfAsync(ErrorReason.ToolNotAllowed, call);
}
