using Syntha.Cli.Probing;
using Syntha.V1;

namespace Syntha.Cli.Attacks;

/// <summary>Credentials are used beyond their scope, or after their end.</summary>
internal static class ScopeAttacks
{
    private const string Key = "scope";

    public static IEnumerable<Attack> All =>
    [
        new("a user's credential on Administration", "an operator's opens it", UserOnAdministrationAsync, NeedsCredentials: true),
        new("an operator's credential on a user's data", "it opens Administration", OperatorOnUserAsync, NeedsCredentials: true),
        new(
            "an agent's credential as another agent, or as the owner", "it opens ToolHandler as its own", AgentAsAnotherAsync,
            NeedsCredentials: true),
        new("an agent's credential beyond its role", "it reads", AgentBeyondRoleAsync, NeedsCredentials: true),
        new("a revoked credential: calls and streams", "it is served before", RevokedAsync, NeedsCredentials: true),
    ];

    private static async Task UserOnAdministrationAsync(Probe probe)
    {
        var answer = await probe.Operator.ListUsersAsync(new() { PageSize = 1 });
        Require.Control(answer is not null, "the operator is not answered");
        var bob = new Administration.AdministrationClient(probe.CallsAs(new("bob", [], probe.Bob.Secret)));
        await Require.RefusedAsync("ListUsers for a user", bob.ListUsersAsync(new()), ErrorReason.OperatorRequired);
        await Require.RefusedAsync(
            "GetUserStats for a user", bob.GetUserStatsAsync(new() { UserId = probe.Alice.Id }), ErrorReason.OperatorRequired);
        await Require.RefusedAsync(
            "ExportUser for a user", bob.ExportUser(new() { UserId = probe.Alice.Id }), ErrorReason.OperatorRequired);
        await Require.RefusedAsync(
            "CreateApiKey for a user", bob.CreateApiKeyAsync(new() { Scope = KeyScope.User, UserId = probe.Alice.Id }),
            ErrorReason.OperatorRequired);
    }

    private static async Task OperatorOnUserAsync(Probe probe)
    {
        await probe.Alice.PushAsync(Key);
        await probe.Alice.RequireOwnAsync(Key);
        var calls = probe.CallsAs(probe.OperatorAs(probe.Alice.Id));
        await Require.RefusedAsync(
            "Get for an operator", new ContextMesh.ContextMeshClient(calls).GetAsync(new() { Key = Key }), ErrorReason.UserMismatch);
        await Require.RefusedAsync(
            "GetContext for an operator", new ToolHandler.ToolHandlerClient(calls).GetContextAsync(new() { AsAgent = "agent", Key = Key }),
            ErrorReason.UserMismatch);
    }

    private static async Task AgentAsAnotherAsync(Probe probe)
    {
        await probe.Alice.PushAsync(Key, subscribers: ["planner", "admin"]);
        var planner = await AgentAsync(probe, PredefinedRole.Unspecified);
        var own = await planner.Tools.GetContextAsync(new() { AsAgent = "planner", Key = Key });
        Require.Control(own.Item?.ValueJson == probe.Alice.Json, "the agent does not read what is for it");

        await Require.RefusedAsync(
            "GetContext as another agent", planner.Tools.GetContextAsync(new() { AsAgent = "admin", Key = Key }),
            ErrorReason.AgentMismatch);
        await Require.RefusedAsync(
            "CallTool as another agent", planner.Tools.CallToolAsync(new() { AsAgent = "admin", Name = "get_context" }),
            ErrorReason.AgentMismatch);
        await Require.RefusedAsync(
            "Get for an agent", planner.Mesh.GetAsync(new() { Key = Key, AsAgent = "planner" }), ErrorReason.OwnerRequired);
        await Require.RefusedAsync(
            "Subscribe for an agent", planner.Mesh.Subscribe(new() { AsAgent = "planner" }), ErrorReason.OwnerRequired);
        await Require.RefusedAsync(
            "SetAccess for an agent", planner.Mesh.SetAccessAsync(new() { Agent = "planner" }), ErrorReason.OwnerRequired);
    }

    private static async Task AgentBeyondRoleAsync(Probe probe)
    {
        await probe.Alice.PushAsync(Key);
        var reader = await AgentAsync(probe, PredefinedRole.Readonly);
        var read = await reader.Tools.GetContextAsync(new() { AsAgent = "planner", Key = Key });
        Require.Control(read.Item is not null, "the agent does not read");

        await Require.RefusedAsync(
            "PushContext for readonly",
            reader.Tools.PushContextAsync(new() { AsAgent = "planner", Item = new() { Key = Key, ValueJson = "1" } }),
            ErrorReason.ToolNotAllowed);
        await Require.RefusedAsync(
            "RemoveContext for readonly", reader.Tools.RemoveContextAsync(new() { AsAgent = "planner", Key = Key }),
            ErrorReason.ToolNotAllowed);
        await Require.RefusedAsync(
            "SubscribeToTopics for readonly",
            reader.Tools.SubscribeToTopics(new() { AsAgent = "planner", Filter = new() { Topics = { "t" } } }), ErrorReason.ToolNotAllowed);
        const string Arguments = """{"key": "k", "value": "v"}""";
        await Require.RefusedAsync(
            "push_context for readonly",
            reader.Tools.CallToolAsync(new() { AsAgent = "planner", Name = "push_context", ArgumentsJson = Arguments }),
            ErrorReason.ToolNotAllowed);
        await probe.Alice.RequireOwnAsync(Key);
    }

    private static async Task RevokedAsync(Probe probe)
    {
        var key = await probe.NewKeyAsync(new() { Scope = KeyScope.User, UserId = probe.Bob.Id });
        var bob = probe.BobAs([probe.Bob.Id], key.Secret);
        await bob.PushAsync(Key);
        await bob.RequireOwnAsync(Key);
        using var stream = await ProbeStream.OpenAsync(bob, new());

        var revoked = await probe.Operator.RevokeApiKeyAsync(new() { Id = key.Key.Id });
        Require.Control(revoked.Revoked, "the key was not revoked");
        await Require.RefusedAsync("a call with a revoked key", bob.Mesh.GetAsync(new() { Key = Key }), ErrorReason.CredentialsInvalid);
        var end = await stream.ReadToRefusalAsync();
        Require.NoLeak(end.StatusCode == Grpc.Core.StatusCode.DeadlineExceeded, "a stream goes on after its key was revoked");
        Require.Control(Require.ReasonOf(end) == "CREDENTIALS_INVALID", $"the stream ended with {end.Status.Detail}");
    }

    private static async Task<ProbeUser> AgentAsync(Probe probe, PredefinedRole role)
    {
        var request = new CreateApiKeyRequest { Scope = KeyScope.Agent, UserId = probe.Alice.Id, Agent = "planner", Role = role };
        var alice = probe.Alice;
        var secret = (await probe.NewKeyAsync(request)).Secret;
        return new(probe.CallsAs(new("alice's agent", [alice.Id], secret), alice.Canary), alice.Id, secret, alice.Canary);
    }
}
