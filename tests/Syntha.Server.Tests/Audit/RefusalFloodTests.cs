namespace Syntha.Server.Tests.Audit;

/// <summary>A caller that is refused again and again leaves few entries and few lines, and holds no operator up (attack 38).</summary>
[Trait("Runs", "Once")]
public sealed class RefusalFloodTests
{
    private const int Calls = 1_000;

    [Fact]
    public async Task Refusals_OfAStranger_AreSummedByReason_AndTheSumSaysSo()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting, "--Audit:RefusalBurst=10");
        await server.NewKeyAsync("alice");

        await RefuseAsync(server.As("alice", "syntha_no_key_of_ours"), Calls);
        // A stop writes what is summed.
        await server.RestartAsync();

        var entries = await AuditReader.UntilAsync(
            server.Operator(OperatorKey.Secret), found => found.Sum(entry => entry.CallCount) >= Calls, outcome: AuditOutcome.Denied);
        Assert.Equal(Calls, entries.Sum(entry => entry.CallCount));
        Assert.InRange(entries.Count, 10, 30);
        Assert.All(entries, entry => Assert.Equal("CREDENTIALS_INVALID", entry.Reason));
        var sums = entries.Where(entry => entry.CallCount > 1).ToList();
        Assert.NotEmpty(sums);
        Assert.All(sums, sum => Assert.Equal(("Server/Refused", "", ""), (sum.Method, sum.UserId, sum.CredentialId)));
        Assert.InRange(server.Log.Lines.Count(line => line.Contains("CREDENTIALS_INVALID", StringComparison.Ordinal)), 10, 60);
    }

    [Fact]
    public async Task Refusals_OfAKnownCaller_AreSummedWithWhoAndWhat()
    {
        await using var server = await TestServer.StartAsync(
            OperatorKey.Setting, "--Audit:RefusalBurst=0", "--Audit:RefusalInterval=00:00:00.01", "--Audit:Interval=00:00:00.01");
        var alice = await server.WithKeyAsync("alice");
        await alice.PushAsync("private", subscribers: ["Other"]);

        await RefuseAsync(() => alice.PushAsync("private", agent: "Planner"), 50);

        var entries = await AuditReader.UntilAsync(
            server.Operator(OperatorKey.Secret), found => found.Sum(entry => entry.CallCount) >= 50, "alice", outcome: AuditOutcome.Denied);
        Assert.Equal(50, entries.Sum(entry => entry.CallCount));
        Assert.All(entries, entry => Assert.Equal(
            ("ContextMesh/Push", "Planner", "KEY_NOT_WRITABLE"), (entry.Method, entry.Agent, entry.Reason)));
    }

    [Fact]
    public async Task OperatorsCalls_WhileRefusalsWait_AreWrittenBeforeThem()
    {
        await using var server = await TestServer.StartAsync(
            OperatorKey.Setting, "--Audit:MaxQueued=100", "--Audit:RefusalBurst=1000", "--Audit:Interval=00:00:00.01",
            "--Audit:MaxWait=00:01:00", "--Storage:Postgres:LockTimeout=00:00:05", "--Storage:Postgres:CommandTimeout=00:00:10");
        server.MayLogErrors = true;
        var admin = server.Operator(OperatorKey.Secret);
        await admin.UpdateQuotaAsync(new() { UserId = "alice" });

        Task<UpdateQuotaResponse> operators;
        await using (await TrailLock.TakeAsync(server))
        {
            // More than there is room for.
            await RefuseAsync(server.As("alice", "syntha_no_key_of_ours"), 300);
            operators = admin.UpdateQuotaAsync(new() { UserId = "bob" }).ResponseAsync;
            await RefuseAsync(server.As("alice", "syntha_no_key_of_ours"), 10);
            Assert.False(operators.IsCompleted);
        }

        await operators;
        var entries = await AuditReader.UntilAsync(
            admin, found => found.Where(entry => entry.Reason.Length > 0).Sum(entry => entry.CallCount) >= 310);
        Assert.Contains(entries, entry => entry is { Method: "Administration/UpdateQuota", UserId: "bob" });
    }

    [Fact]
    public async Task Chain_BeyondItsMost_LosesItsOldestEntriesAndStaysWhole()
    {
        // The server looks at the chain each second.
        await using var server = await TestServer.StartAsync("--Audit:MaxEntries=100", "--Audit:Retention=00:00:32");
        for (var n = 0; n < 150; n++)
        {
            await server.Administration.UpdateQuotaAsync(new() { UserId = "alice" });
        }

        var entries = await AuditReader.UntilAsync(
            server.Administration, found => found.Exists(entry => entry.Retention is not null));

        Assert.InRange(entries.Count(entry => entry.Method == "Administration/UpdateQuota"), 1, 149);
        Assert.Equal(0, await Verification.RunAsync(server));
    }

    private static Task RefuseAsync(TestUser user, int calls) => RefuseAsync(() => user.ValueAsync("k"), calls);

    private static async Task RefuseAsync(Func<Task> call, int calls)
    {
        for (var n = 0; n < calls; n += 50)
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(50, calls - n)).Select(_ => Assert.ThrowsAsync<RpcException>(call)));
        }
    }
}
