using Google.Protobuf;
using Google.Rpc;

namespace Syntha.Server.Tests.Services;

/// <summary>One path by which an agent reaches its user's mesh, and the tool that the path counts as.</summary>
/// <param name="Rpc">Service and method, and more words where one method counts as several tools.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Go">Calls as an agent. The call succeeds unless the agent lacks the tool.</param>
internal sealed record AgentPath(string Rpc, string Tool, Func<TestUser, string, Task> Go)
{
    public static AgentPath[] All { get; } =
    [
        new("ContextMesh.Push", "push_context", (user, agent) => user.PushAsync("p", agent: agent)),
        new("ContextMesh.PushMany", "push_context", (user, agent) =>
            user.Mesh.PushManyAsync(new() { AsAgent = agent, Items = { new ItemWrite { Key = "m", ValueJson = "1" } } }).ResponseAsync),
        new("ContextMesh.Patch", "push_context", (user, agent) => user.Mesh.PatchAsync(
            new() { AsAgent = agent, Patch = new() { Key = "k", MergeJson = "1" } }).ResponseAsync),
        new("ContextMesh.Commit", "push_context", (user, agent) => user.Mesh.CommitAsync(
            new() { AsAgent = agent, Operations = { new Operation { Remove = new() { Key = "never" } } } }).ResponseAsync),
        new("ToolHandler.PatchContext", "push_context", (user, agent) => user.Tools.PatchContextAsync(
            new() { AsAgent = agent, Patch = new() { Key = "k", MergeJson = "1" } }).ResponseAsync),
        new("ToolHandler.CommitContext", "push_context", (user, agent) => user.Tools.CommitContextAsync(
            new() { AsAgent = agent, Operations = { new Operation { Remove = new() { Key = "never" } } } }).ResponseAsync),
        new("ContextMesh.Get", "get_context", (user, agent) => user.Mesh.GetAsync(new() { Key = "k", AsAgent = agent }).ResponseAsync),
        new("ContextMesh.GetMany", "get_context", (user, agent) =>
            user.Mesh.GetManyAsync(new() { Keys = { "k" }, AsAgent = agent }).ResponseAsync),
        new("ContextMesh.List", "get_context", (user, agent) => user.Mesh.ListAsync(new() { AsAgent = agent }).ResponseAsync),
        new("ContextMesh.List keys", "list_context", (user, agent) =>
            user.Mesh.ListAsync(new() { AsAgent = agent, View = ItemView.Keys }).ResponseAsync),
        new(
            "ContextMesh.Remove", "push_context",
            (user, agent) => user.Mesh.RemoveAsync(new() { Key = "k", AsAgent = agent }).ResponseAsync),
        new("ContextMesh.Clear", "push_context", (user, agent) => user.Mesh.ClearAsync(new() { AsAgent = agent }).ResponseAsync),
        new("ContextMesh.CleanupExpired", "push_context", (user, agent) =>
            user.Mesh.CleanupExpiredAsync(new() { AsAgent = agent }).ResponseAsync),
        new("ContextMesh.GetStats", "list_context", (user, agent) => user.Mesh.GetStatsAsync(new() { AsAgent = agent }).ResponseAsync),
        new("ContextMesh.ListTopics", "discover_topics", (user, agent) =>
            user.Mesh.ListTopicsAsync(new() { AsAgent = agent }).ResponseAsync),
        new("ContextMesh.DeleteTopic", "delete_topic", (user, agent) =>
            user.Mesh.DeleteTopicAsync(new() { Topic = "t", AsAgent = agent }).ResponseAsync),
        new("ContextMesh.BuildPrompt", "get_context", (user, agent) =>
            user.Mesh.BuildPromptAsync(new() { AsAgent = agent, Spec = new() { System = new() } }).ResponseAsync),
        new("ContextMesh.ListVersions", "get_context", (user, agent) =>
            PastAsync(user.Mesh.ListVersionsAsync(new() { AsAgent = agent, Key = "k" }).ResponseAsync)),
        new("ContextMesh.DiffPositions", "get_context", async (user, agent) =>
            await PastAsync(user.Mesh.DiffPositionsAsync(
                new() { AsAgent = agent, From = await user.PositionAsync() }).ResponseAsync)),
        new("ContextMesh.PlanUndo", "get_context", async (user, agent) =>
            await PastAsync(user.Mesh.PlanUndoAsync(new() { AsAgent = agent, Scope = await ScopeAsync(user) }).ResponseAsync)),
        new("ToolHandler.PlanUndoContext", "get_context", async (user, agent) =>
            await PastAsync(user.Tools.PlanUndoContextAsync(new() { AsAgent = agent, Scope = await ScopeAsync(user) }).ResponseAsync)),
        new("ContextMesh.Undo", "push_context", async (user, agent) => await PastAsync(user.Mesh.UndoAsync(
            new() { AsAgent = agent, Scope = await ScopeAsync(user), PlanPosition = await user.PositionAsync() }).ResponseAsync)),
        new("ToolHandler.UndoContext", "push_context", async (user, agent) => await PastAsync(user.Tools.UndoContextAsync(
            new() { AsAgent = agent, Scope = await ScopeAsync(user), PlanPosition = await user.PositionAsync() }).ResponseAsync)),
        new("ToolHandler.BuildPrompt", "get_context", (user, agent) =>
            user.Tools.BuildPromptAsync(new() { AsAgent = agent, Spec = new() { System = new() } }).ResponseAsync),
        new("ContextMesh.Subscribe", "get_context", (user, agent) => OpenAsync(user.Mesh.Subscribe(new() { AsAgent = agent }))),
        new("ToolHandler.PushContext", "push_context", (user, agent) =>
            user.Tools.PushContextAsync(new() { AsAgent = agent, Item = new() { Key = "p", ValueJson = "1" } }).ResponseAsync),
        new("ToolHandler.GetContext", "get_context", (user, agent) =>
            user.Tools.GetContextAsync(new() { AsAgent = agent, Key = "k" }).ResponseAsync),
        new("ToolHandler.HasContext", "get_context", (user, agent) =>
            user.Tools.HasContextAsync(new() { AsAgent = agent, Key = "k" }).ResponseAsync),
        new("ToolHandler.RemoveContext", "push_context", (user, agent) =>
            user.Tools.RemoveContextAsync(new() { AsAgent = agent, Key = "k" }).ResponseAsync),
        new("ToolHandler.ListContext keys", "list_context", (user, agent) =>
            user.Tools.ListContextAsync(new() { AsAgent = agent, View = ItemView.Keys }).ResponseAsync),
        new(
            "ToolHandler.ListTopics", "discover_topics",
            (user, agent) => user.Tools.ListTopicsAsync(new() { AsAgent = agent }).ResponseAsync),
        new("ToolHandler.ListContext of a topic", "get_context", (user, agent) =>
            user.Tools.ListContextAsync(new() { AsAgent = agent, Filter = new() { Topics = { "t" } } }).ResponseAsync),
        new("ToolHandler.ListContext by pattern", "get_context", (user, agent) =>
            user.Tools.ListContextAsync(new() { AsAgent = agent, Filter = new() { KeyGlob = "*" } }).ResponseAsync),
        new("ToolHandler.ClearContext", "push_context", (user, agent) =>
            user.Tools.ClearContextAsync(new() { AsAgent = agent }).ResponseAsync),
        new("ToolHandler.SubscribeToTopics", "subscribe_to_topics", (user, agent) =>
            OpenAsync(user.Tools.SubscribeToTopics(new() { AsAgent = agent, Filter = new() { Topics = { "t" } } }))),
        new("ToolHandler.SubscribeToTopics again", "subscribe_to_topics", (user, agent) =>
            OpenAsync(
                user.Tools.SubscribeToTopics(new() { AsAgent = agent, SkipRegistration = true, Filter = new() { Topics = { "t" } } }))),
        new("ToolHandler.UnsubscribeFromTopics", "unsubscribe_from_topics", (user, agent) =>
            user.Tools.UnsubscribeFromTopicsAsync(new() { Agent = agent, Topics = { "t" } }).ResponseAsync),
        new("ToolHandler.LogOutcome", "push_context", (user, agent) =>
            user.Tools.LogOutcomeAsync(new() { Agent = agent, Report = new() { TaskType = "t" } }).ResponseAsync),
        new("ContextMesh.Claim", "push_context", (user, agent) => user.Mesh.ClaimAsync(
            new() { AsAgent = agent, Claim = new() { Name = $"{Guid.NewGuid()}" } }).ResponseAsync),
        new("ContextMesh.AwaitClaim", "push_context", (user, agent) => OpenAsync(user.Mesh.AwaitClaim(
            new() { AsAgent = agent, Claim = new() { Name = $"{Guid.NewGuid()}" } }))),
        new("ContextMesh.RenewClaim", "push_context", (user, agent) => LostAsync(
            user.Mesh.RenewClaimAsync(new() { AsAgent = agent, Token = NoToken }).ResponseAsync)),
        new("ContextMesh.ReleaseClaim", "push_context", (user, agent) => LostAsync(
            user.Mesh.ReleaseClaimAsync(new() { AsAgent = agent, Token = NoToken }).ResponseAsync)),
        new("ContextMesh.HandOverClaim", "push_context", (user, agent) => LostAsync(
            user.Mesh.HandOverClaimAsync(new() { AsAgent = agent, Token = NoToken, ToAgent = "b" }).ResponseAsync)),
        new("ContextMesh.LeaveClaim", "push_context", (user, agent) => user.Mesh.LeaveClaimAsync(
            new() { AsAgent = agent, Name = "none", Ticket = $"{Guid.NewGuid()}" }).ResponseAsync),
        new("ContextMesh.ListClaims", "list_context", (user, agent) =>
            user.Mesh.ListClaimsAsync(new() { AsAgent = agent }).ResponseAsync),
        new("ToolHandler.Claim", "push_context", (user, agent) => user.Tools.ClaimAsync(
            new() { AsAgent = agent, Claim = new() { Name = $"{Guid.NewGuid()}" } }).ResponseAsync),
        new("ToolHandler.AwaitClaim", "push_context", (user, agent) => OpenAsync(user.Tools.AwaitClaim(
            new() { AsAgent = agent, Claim = new() { Name = $"{Guid.NewGuid()}" } }))),
        new("ToolHandler.RenewClaim", "push_context", (user, agent) => LostAsync(
            user.Tools.RenewClaimAsync(new() { AsAgent = agent, Token = NoToken }).ResponseAsync)),
        new("ToolHandler.ReleaseClaim", "push_context", (user, agent) => LostAsync(
            user.Tools.ReleaseClaimAsync(new() { AsAgent = agent, Token = NoToken }).ResponseAsync)),
        new("ToolHandler.HandOverClaim", "push_context", (user, agent) => LostAsync(
            user.Tools.HandOverClaimAsync(new() { AsAgent = agent, Token = NoToken, ToAgent = "b" }).ResponseAsync)),
        new("ToolHandler.LeaveClaim", "push_context", (user, agent) => user.Tools.LeaveClaimAsync(
            new() { AsAgent = agent, Name = "none", Ticket = $"{Guid.NewGuid()}" }).ResponseAsync),
        new("ToolHandler.ListClaims", "list_context", (user, agent) =>
            user.Tools.ListClaimsAsync(new() { AsAgent = agent }).ResponseAsync),
    ];

    /// <summary>Calls that name an agent but belong to the owner, or that count as no tool.</summary>
    public static string[] OfTheOwner { get; } =
    [
        "ContextMesh.RegisterAgentTopics", "ContextMesh.UnsubscribeFromTopics", "ContextMesh.GetAgentTopics",
        "ContextMesh.SetPostPermissions", "ContextMesh.GetPostPermissions", "ToolHandler.GetAccess", "ContextMesh.GetAccess",
        "ContextMesh.SetAccess",
        "ToolHandler.ListTools", "ToolHandler.CallTool", "ContextMesh.LogOutcome",
    ];

    public override string ToString() => Rpc;

    private static FencingToken NoToken => new() { Name = "none", Position = new() { Epoch = "e", Revision = 1 } };

    // Whether the agent holds the claim is asked after its tool.
    private static async Task LostAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (RpcException refusal) when (refusal.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason == "CLAIM_LOST")
        {
        }
    }
    private static async Task<UndoScope> ScopeAsync(TestUser user) => new() { Range = new() { After = await user.PositionAsync() } };

    // Whether the agent may read the past is asked after its tool.
    private static async Task PastAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (RpcException refusal) when (refusal.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason == "PAST_NOT_ALLOWED")
        {
        }
    }

    // A stream is refused when it is opened: the refusal comes instead of the first message.
    private static async Task OpenAsync<T>(AsyncServerStreamingCall<T> call)
        where T : IMessage
    {
        using (call)
        {
            Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        }
    }
}
