using Syntha.Server.Tests.Operations;

namespace Syntha.Server.Tests.Audit;

/// <summary>The trail of a user whose store is replaced, and of a server that keeps no trail.</summary>
public sealed class AuditLivesTests
{
    [Fact]
    public async Task Import_ThatReplaces_LeavesTheEntriesOfBothLives()
    {
        // The trail is written so rarely that the last commit is not in it yet when the import comes.
        await using var server = await TestServer.StartAsync("--Audit:Interval=00:01:00");
        var alice = server.As("alice");
        for (var n = 0; n < 3; n++)
        {
            await alice.PushAsync($"k{n}");
        }

        var file = await server.ExportAsync("alice");
        var former = await alice.PositionAsync();
        await alice.PushAsync("k3");
        await alice.PushAsync("k4");

        var imported = (await server.ImportAsync("alice", file, replace: true)).Position;
        var next = await alice.PushAsync("k5");

        var pushes = await AuditReader.UntilAsync(server.Administration, found => found.Count >= 6, "alice", "ContextMesh/Push");
        Assert.NotEqual(former.Epoch, imported.Epoch);
        Assert.Equal(
            [(former.Epoch, 1), (former.Epoch, 2), (former.Epoch, 3), (former.Epoch, 4), (former.Epoch, 5), (imported.Epoch, next)],
            pushes.OrderBy(entry => entry.Sequence).ThenBy(entry => entry.Revision).Select(entry => (entry.Epoch, entry.Revision)));
        Assert.Equal(0, await Verification.RunAsync(server));
    }

    [Fact]
    public async Task RenewEpochs_BetweenWrites_LeavesEachOfThemRecordedOnce()
    {
        await using var server = await TestServer.StartAsync("--Audit:Interval=00:01:00");
        var alice = server.As("alice");
        await alice.PushAsync("recorded");
        await AuditReader.UntilAsync(server.Administration, found => found.Count == 1, "alice", "ContextMesh/Push");
        await alice.PushAsync("not recorded yet");
        var former = await alice.PositionAsync();

        var marking = server.Administration.RenewEpochs(new());
        while (await marking.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
        }
        await alice.PushAsync("after it");

        var pushes = await AuditReader.UntilAsync(server.Administration, found => found.Count >= 3, "alice", "ContextMesh/Push");
        Assert.Equal([1, 2, 3], pushes.OrderBy(entry => entry.Sequence).ThenBy(entry => entry.Revision).Select(entry => entry.Revision));
        Assert.Equal(former.Epoch, pushes.Single(entry => entry.Revision == 1).Epoch);
        Assert.Equal((await alice.PositionAsync()).Epoch, pushes.Single(entry => entry.Revision == 3).Epoch);
        Assert.Equal(0, await Verification.RunAsync(server));
    }

    [Fact]
    public async Task SwitchedOff_NothingIsWritten_AndLogsAreTrimmedAllTheSame()
    {
        await using var server = await TestServer.StartAsync("--Audit:Enabled=false", "--Audit:Interval=00:00:00.01", "--Log:MaxChanges=8");
        var alice = server.As("alice");
        await alice.PushAsync("private", subscribers: ["Other"]);
        await alice.ValueAsync("private");
        await Assert.ThrowsAsync<RpcException>(() => alice.PushAsync("private", agent: "Planner"));
        await server.Administration.UpdateQuotaAsync(new() { UserId = "alice" });

        for (var n = 0; n < 60 || (n < 1_000 && server.ReadLog("alice").Rows.Count > 20); n++)
        {
            await alice.PushAsync("k");
        }

        Assert.InRange(server.ReadLog("alice").Rows.Count, 1, 20);

        var answer = await server.Administration.ListAuditEventsAsync(new());
        Assert.Empty(answer.Events);
        Assert.Empty(answer.Heads);
        Assert.Equal(0, await Verification.RunAsync(server));
        await server.Administration.DeleteUserAsync(new() { UserId = "alice" });
        Assert.Empty((await server.Administration.ListAuditEventsAsync(new())).Events);
    }
}
