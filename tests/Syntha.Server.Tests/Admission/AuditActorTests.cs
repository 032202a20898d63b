using Syntha.Server.Tests.Audit;

namespace Syntha.Server.Tests.Admission;

/// <summary>
/// The agent of an audit entry is the agent that acts. An agent that a request filters by, or is about, has done nothing. A call that is
/// refused by its headers names no agent, because its message is not read.
/// </summary>
public sealed class AuditActorTests
{
    [Fact]
    public async Task Call_RefusedByItsMessageOrByItsHeaders_NamesTheActingAgentOrNone()
    {
        await using var server = await TestServer.StartAsync([OperatorKey.Setting]);
        var alice = await server.WithKeyAsync("alice");
        var admin = server.Operator(OperatorKey.Secret);
        await alice.Mesh.SetAccessAsync(new() { Agent = "Planner", Access = new() { DeniedTools = { Tool.GetContext } } });
        await Assert.ThrowsAsync<RpcException>(async () => await alice.Mesh.GetAsync(new() { Key = "k", AsAgent = "Planner" }));
        await admin.UpdateQuotaAsync(new() { UserId = "alice", Quota = new() { CallsPerSecond = 1 } });

        await RefusedAsync(async () => await alice.Mesh.ListOutcomesAsync(new() { Filter = new() { Agent = "Planner" } }));
        await RefusedAsync(async () => await alice.Mesh.GetAgentTopicsAsync(new() { Agent = "Planner" }));
        await RefusedAsync(async () => await alice.Mesh.GetAsync(new() { Key = "k", AsAgent = "Planner" }));

        var entries = await AuditReader.UntilAsync(
            admin, found => found.Select(entry => (entry.Method, entry.Reason)).Distinct().Count() == 4, "alice",
            outcome: AuditOutcome.Denied);
        Assert.Equal(
            [
                ("ContextMesh/Get", "", "RATE_LIMITED"), ("ContextMesh/Get", "Planner", "TOOL_NOT_ALLOWED"),
                ("ContextMesh/GetAgentTopics", "", "RATE_LIMITED"), ("ContextMesh/ListOutcomes", "", "RATE_LIMITED"),
            ],
            entries.Select(entry => (entry.Method, entry.Agent, entry.Reason)).Distinct().Order());
    }

    private static async Task RefusedAsync(Func<Task> call)
    {
        while (true)
        {
            if (await Record.ExceptionAsync(call) is RpcException { StatusCode: StatusCode.ResourceExhausted })
            {
                return;
            }
        }
    }
}
