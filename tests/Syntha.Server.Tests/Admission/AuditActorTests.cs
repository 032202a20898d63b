namespace Syntha.Server.Tests.Admission;

/// <summary>
/// The agent of an audit entry is the agent that acts. An agent that a request filters by, or is about, has done nothing.
/// </summary>
public sealed class AuditActorTests
{
    [Fact]
    public async Task ListOutcomes_RefusedWithAnAgentInItsFilter_IsTheOwnersAct()
    {
        await using var server = await TestServer.StartAsync([OperatorKey.Setting]);
        var alice = await server.WithKeyAsync("alice");
        var admin = server.Operator(OperatorKey.Secret);
        await admin.UpdateQuotaAsync(new() { UserId = "alice", Quota = new() { CallsPerSecond = 1 } });

        await RefusedAsync(async () => await alice.Mesh.ListOutcomesAsync(new() { Filter = new() { Agent = "Planner" } }));
        await RefusedAsync(async () => await alice.Mesh.GetAgentTopicsAsync(new() { Agent = "Planner" }));
        await RefusedAsync(async () => await alice.Mesh.GetAsync(new() { Key = "k", AsAgent = "Planner" }));

        var entries = await Audit.AuditReader.UntilAsync(
            admin, found => found.Select(entry => entry.Method).Distinct().Count() == 3, "alice", outcome: AuditOutcome.Denied);
        Assert.Equal(
            [("ContextMesh/Get", "Planner"), ("ContextMesh/GetAgentTopics", ""), ("ContextMesh/ListOutcomes", "")],
            entries.Select(entry => (entry.Method, entry.Agent)).Distinct().Order());
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
