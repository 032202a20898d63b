using Syntha.Cli.Probing;
using Syntha.V1;

namespace Syntha.Cli.Attacks;

/// <summary>Credentials are used for what they are not for, or for longer.</summary>
internal static class ScopeAttacks
{
    private const string Key = "scope";

    public static IEnumerable<Attack> All =>
    [
        new("a user's credential on Administration", "an operator's opens it", UserOnAdministrationAsync, NeedsCredentials: true),
        new("an operator's credential on a user's data", "it opens Administration", OperatorOnUserAsync, NeedsCredentials: true),
        new("an agent's credential as another agent, or as the owner", "it opens ToolHandler as its own", AgentAsAnotherAsync, NeedsCredentials: true),
        new("an agent's credential beyond its role", "it reads", AgentBeyondRoleAsync, NeedsCredentials: true),
        new("a revoked credential: calls and streams", "it is served before", RevokedAsync, NeedsCredentials: true),
    ];

    private static async Task UserOnAdministrationAsync(Stage stage)
    {
        var answer = await stage.Operator.ListUsersAsync(new() { PageSize = 1 });
        Demand.Control(answer is not null, "the operator is not answered");
        var bob = new Administration.AdministrationClient(stage.CallsAs(new("bob", [], stage.Bob.Secret)));
        await Demand.RefusedAsync("ListUsers for a user", bob.ListUsersAsync(new()), ErrorReason.OperatorRequired);
        await Demand.RefusedAsync("GetUserStats for a user", bob.GetUserStatsAsync(new() { UserId = stage.Alice.Id }), ErrorReason.OperatorRequired);
        await Demand.RefusedAsync("ExportUser for a user", bob.ExportUser(new() { UserId = stage.Alice.Id }), ErrorReason.OperatorRequired);
        await Demand.RefusedAsync(
            "CreateApiKey for a user", bob.CreateApiKeyAsync(new() { Scope = KeyScope.User, UserId = stage.Alice.Id }), ErrorReason.OperatorRequired);
    }

    private static async Task OperatorOnUserAsync(Stage stage)
    {
        await stage.Alice.PushAsync(Key);
        await stage.Alice.DemandOwnAsync(Key);
        var calls = stage.CallsAs(stage.OperatorAs(stage.Alice.Id));
        await Demand.RefusedAsync("Get for an operator", new ContextMesh.ContextMeshClient(calls).GetAsync(new() { Key = Key }), ErrorReason.UserMismatch);
        await Demand.RefusedAsync(
            "GetContext for an operator", new ToolHandler.ToolHandlerClient(calls).GetContextAsync(new() { AgentName = "agent", Key = Key }), ErrorReason.UserMismatch);
    }

    private static async Task AgentAsAnotherAsync(Stage stage)
    {
        await stage.Alice.PushAsync(Key, subscribers: ["planner", "admin"]);
        var planner = await AgentAsync(stage, role: null);
        var own = await planner.Tools.GetContextAsync(new() { AgentName = "planner", Key = Key });
        Demand.Control(own.Item?.ValueJson == stage.Alice.Json, "the agent does not read what is for it");

        await Demand.RefusedAsync("GetContext as another agent", planner.Tools.GetContextAsync(new() { AgentName = "admin", Key = Key }), ErrorReason.AgentMismatch);
        await Demand.RefusedAsync("CallTool as another agent", planner.Tools.CallToolAsync(new() { AgentName = "admin", Name = "get_context" }), ErrorReason.AgentMismatch);
        await Demand.RefusedAsync("Get for an agent", planner.Mesh.GetAsync(new() { Key = Key, AgentName = "planner" }), ErrorReason.AgentMismatch);
        await Demand.RefusedAsync("Subscribe for an agent", planner.Mesh.Subscribe(new() { AgentName = "planner" }), ErrorReason.AgentMismatch);
        await Demand.RefusedAsync("SetAccess for an agent", planner.Tools.SetAccessAsync(new() { AgentName = "planner" }), ErrorReason.AgentMismatch);
    }

    private static async Task AgentBeyondRoleAsync(Stage stage)
    {
        await stage.Alice.PushAsync(Key);
        var reader = await AgentAsync(stage, role: "readonly");
        var read = await reader.Tools.GetContextAsync(new() { AgentName = "planner", Key = Key });
        Demand.Control(read.Item is not null, "the agent does not read");

        await Demand.RefusedAsync(
            "PushContext for readonly", reader.Tools.PushContextAsync(new() { AgentName = "planner", Key = Key, ValueJson = "1" }), ErrorReason.ToolNotAllowed);
        await Demand.RefusedAsync("RemoveContext for readonly", reader.Tools.RemoveContextAsync(new() { AgentName = "planner", Key = Key }), ErrorReason.ToolNotAllowed);
        await Demand.RefusedAsync(
            "SubscribeToTopics for readonly", reader.Tools.SubscribeToTopics(new() { AgentName = "planner", Topics = { "t" } }), ErrorReason.ToolNotAllowed);
        await Demand.RefusedAsync(
            "push_context for readonly", reader.Tools.CallToolAsync(new() { AgentName = "planner", Name = "push_context", ArgumentsJson = """{"key": "k", "value": "v"}""" }),
            ErrorReason.ToolNotAllowed);
        await stage.Alice.DemandOwnAsync(Key);
    }

    private static async Task RevokedAsync(Stage stage)
    {
        var key = await stage.NewKeyAsync(new() { Scope = KeyScope.User, UserId = stage.Bob.Id });
        var bob = stage.BobAs([stage.Bob.Id], key.Secret);
        await bob.PushAsync(Key);
        await bob.DemandOwnAsync(Key);
        using var stream = await Follower.OpenAsync(bob, new());

        var revoked = await stage.Operator.RevokeApiKeyAsync(new() { Id = key.Key.Id });
        Demand.Control(revoked.Revoked, "the key was not revoked");
        await Demand.RefusedAsync("a call with a revoked key", bob.Mesh.GetAsync(new() { Key = Key }), ErrorReason.CredentialsInvalid);
        var end = await stream.ReadToRefusalAsync();
        Demand.NotSo(end.StatusCode == Grpc.Core.StatusCode.DeadlineExceeded, "a stream goes on after its key was revoked");
        Demand.Control(Demand.ReasonOf(end) == "CREDENTIALS_INVALID", $"the stream ended with {end.Status.Detail}");
    }

    private static async Task<Subject> AgentAsync(Stage stage, string? role)
    {
        var request = new CreateApiKeyRequest { Scope = KeyScope.Agent, UserId = stage.Alice.Id, AgentName = "planner" };
        if (role is not null)
        {
            request.Role = role;
        }

        var alice = stage.Alice;
        var secret = (await stage.NewKeyAsync(request)).Secret;
        return new(stage.CallsAs(new("alice's agent", [alice.Id], secret), alice.Canary), alice.Id, secret, alice.Canary);
    }
}
