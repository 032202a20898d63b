using System.Text.Json.Nodes;

namespace Syntha.Server.Tests.Admission;

/// <summary>A key's role narrows what its agent may do, on every path.</summary>
public sealed class KeyRoleTests(SecuredServer server)
{
    [Fact]
    public async Task Key_WithTheRoleReadonly_ReadsAndWritesNothing()
    {
        var user = $"alice{Guid.NewGuid():N}";
        var owner = await server.WithKeyAsync(user);
        await owner.PushAsync("k");
        var reader = server.As(user, (await server.NewKeyAsync(user, agent: "reader", role: "readonly")).Secret).Tools;

        Assert.Equal("1", (await reader.GetContextAsync(new() { AsAgent = "reader", Key = "k" })).Item.ValueJson);
        Assert.Contains(
            "\"success\":true", (await reader.CallToolAsync(new() { AsAgent = "reader", Name = "get_context" })).ResultJson,
            StringComparison.Ordinal);
        await DeniedAsync(reader.PushContextAsync(new() { AsAgent = "reader", Item = new() { Key = "k", ValueJson = "2" } }));
        await DeniedAsync(reader.RemoveContextAsync(new() { AsAgent = "reader", Key = "k" }));
        await DeniedAsync(reader.ClearContextAsync(new() { AsAgent = "reader" }));
        await DeniedAsync(reader.UnsubscribeFromTopicsAsync(new() { Agent = "reader", Topics = { "t" } }));
        foreach (var name in (string[])[
            "push_context", "syntha_push_context", "delete_topic", "syntha_delete_topic", "subscribe_to_topics"])
        {
            await DeniedAsync(
                reader.CallToolAsync(new() { AsAgent = "reader", Name = name, ArgumentsJson = """{"key": "k", "value": "2"}""" }));
        }

        using var stream = reader.SubscribeToTopics(new() { AsAgent = "reader", Filter = new() { Topics = { "t" } } });
        Refusal.Of(
            ErrorReason.ToolNotAllowed,
            await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken)));
        Assert.Equal(1, (await owner.PositionAsync()).Revision);
    }

    [Theory]
    [MemberData(nameof(KeysAndAccess))]
    public async Task ListTools_ListsWhatCallToolAllows(string? roleOfKey, AgentAccess? access)
    {
        var user = $"alice{Guid.NewGuid():N}";
        var owner = await server.WithKeyAsync(user);
        await owner.Mesh.SetAccessAsync(new() { Agent = "a", Access = access });
        var agent = server.As(user, (await server.NewKeyAsync(user, agent: "a", role: roleOfKey)).Secret).Tools;

        var allowed = new List<string>();
        foreach (var tool in Enum.GetValues<Syntha.Mesh.Access.Tool>().Select(Syntha.Mesh.Access.ToolNames.NameOf))
        {
            if (await IsAllowedAsync(agent, tool))
            {
                allowed.Add(tool);
            }
        }

        Assert.Equal(allowed, (await agent.ListToolsAsync(new() { Agent = "a" })).Tools.Select(tool => tool.Tool.ToName()));
        var told = await agent.GetAccessAsync(new() { Agent = "a" });
        Assert.Equal(allowed, told.AvailableTools.ToNames());
        Assert.Empty(told.UnavailableTools.ToNames().Intersect(allowed));
        var unknown = (await agent.CallToolAsync(new() { AsAgent = "a", Name = "fly" })).ResultJson;
        Assert.Equal(allowed, JsonNode.Parse(unknown)!["available_tools"]!.AsArray().Select(name => (string)name!));
        // The control: the agent keeps every tool that both the key's role and the stored access allow.
        Assert.Equal(Expected(roleOfKey, access), allowed);
    }

    public static TheoryData<string?, AgentAccess?> KeysAndAccess()
    {
        var data = new TheoryData<string?, AgentAccess?>();
        foreach (var role in (string?[])[null, "readonly", "contributor", "moderator", "admin"])
        {
            data.Add(role, null);
            foreach (var stored in (string[])["readonly", "contributor", "moderator", "admin"])
            {
                data.Add(role, stored.ToAccess());
            }

            data.Add(role, new() { AllowedTools = new() { Tools = { Tool.PushContext, Tool.ListContext, Tool.DeleteTopic } } });
            data.Add(role, new() { DeniedTools = { Tool.GetContext } });
            data.Add(role, new() { AllowedTools = new() });
        }
        return data;
    }

    [Fact]
    public async Task Key_OfAnAgent_CannotSayWhatTheAgentMayDo()
    {
        var user = $"alice{Guid.NewGuid():N}";
        var owner = await server.WithKeyAsync(user);
        await owner.Mesh.SetAccessAsync(new() { Agent = "a", Access = new() { PredefinedRole = PredefinedRole.Readonly } });
        var own = server.As(user, (await server.NewKeyAsync(user, agent: "a")).Secret);
        var agent = own.Tools;

        await Refusal.OfAsync(
            ErrorReason.OwnerRequired,
            own.Mesh.SetAccessAsync(new() { Agent = "a", Access = new() { PredefinedRole = PredefinedRole.Admin } }));
        // If the key has no role, the stored access of the agent counts.
        await Refusal.OfAsync(
            ErrorReason.ToolNotAllowed, agent.PushContextAsync(new() { AsAgent = "a", Item = new() { Key = "k", ValueJson = "1" } }));
        Assert.Equal(PredefinedRole.Readonly, (await agent.GetAccessAsync(new() { Agent = "a" })).Access.PredefinedRole);
    }

    [Fact]
    public void Methods_OfToolHandler_CountAsATool_ExceptThoseAboutTools() =>
        Assert.Equal(
            ["ListTools", "CallTool", "GetAccess"],
            ToolHandler.Descriptor.Methods
                .Where(method => method.GetOptions()?.GetExtension(OptionsExtensions.CountsAs) is null)
                .Select(method => method.Name));

    private static List<string> Expected(string? roleOfKey, AgentAccess? access)
    {
        string[] reading = ["get_context", "list_context", "discover_topics"];
        string[] writing = ["push_context", "subscribe_to_topics", "unsubscribe_from_topics"];
        return [.. Enum.GetValues<Syntha.Mesh.Access.Tool>().Select(Syntha.Mesh.Access.ToolNames.NameOf).Where(tool =>
            Allows(roleOfKey, tool) && Allows(RoleOf(access), tool) &&
            // The tools that are off until they are named.
            (tool is not ("update_context" or "claim" or "release") || access?.AllowedTools?.Tools.ToNames().Contains(tool) == true) &&
            access?.AllowedTools?.Tools.ToNames().Contains(tool) != false && access?.DeniedTools.ToNames().Contains(tool) != true)];

        static string? RoleOf(AgentAccess? access) =>
            access?.RoleCase == AgentAccess.RoleOneofCase.PredefinedRole ? access.PredefinedRole.ToString().ToLowerInvariant() : null;

        bool Allows(string? role, string tool) =>
            role is null or "" or "admin" || reading.Contains(tool) || (role != "readonly" && writing.Contains(tool));
    }

    // Only a caller that may use the tool learns what is wrong with the arguments.
    private static async Task<bool> IsAllowedAsync(ToolHandler.ToolHandlerClient agent, string tool)
    {
        try
        {
            var answer = await agent.CallToolAsync(new() { AsAgent = "a", Name = tool, ArgumentsJson = """{"no such": 1}""" });
            return !answer.ResultJson.Contains("Access denied", StringComparison.Ordinal);
        }
        catch (RpcException denied)
        {
            Refusal.Of(ErrorReason.ToolNotAllowed, denied);
            return false;
        }
    }

    private static Task<Refusal> DeniedAsync<T>(AsyncUnaryCall<T> call) => Refusal.OfAsync(ErrorReason.ToolNotAllowed, call);
}
