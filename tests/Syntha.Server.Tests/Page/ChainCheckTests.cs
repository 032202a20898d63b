using Syntha.Page.Operation;
using Syntha.Server.Tests.Audit;

namespace Syntha.Server.Tests.Page;

/// <summary>The page recomputes the chain of the audit trail from what the contract says of it.</summary>
public sealed class ChainCheckTests
{
    [Fact]
    public async Task Chain_OfEveryKindOfEntry_IsWhole()
    {
        await using var server = await FilledAsync();

        var check = await CheckAsync(server);

        Assert.Equal([], check.Faults);
        Assert.True(check.IsAtHead && check.Entries >= 6, $"{check.Entries} entries");
    }

    [Theory]
    [InlineData("UPDATE audit SET user_id = 'bob' WHERE sequence = 3")]
    [InlineData("DELETE FROM audit WHERE sequence = 3")]
    [InlineData("DELETE FROM audit WHERE sequence < 3")]
    public async Task Chain_ThatWasChanged_IsNotWhole(string change)
    {
        await using var server = await FilledAsync();
        await TrailLock.ChangeAsync(server, change);

        var check = await CheckAsync(server);

        Assert.NotEqual(0, check.FaultCount);
    }

    private static async Task<TestServer> FilledAsync()
    {
        var server = await TestServer.StartAsync("--Audit:Interval=00:00:00.01", "--Audit:Node=here");
        for (var n = 0; n < 6; n++)
        {
            await server.As("alice").PushAsync($"k{n}");
            await server.As("alice").Mesh.ListAsync(new());
        }

        await Assert.ThrowsAsync<RpcException>(async () => await server.As("").Mesh.ListAsync(new()));
        await server.Administration.ListUsersAsync(new());
        await AuditReader.UntilAsync(server.Administration, found => found.Count >= 6, "alice");
        return server;
    }

    private static async Task<ChainCheck> CheckAsync(TestServer server)
    {
        var first = await server.Administration.ListAuditEventsAsync(new() { Node = "here", PageSize = 1_000 });
        var check = new ChainCheck(first.Heads.Single(head => head.Node == "here"));
        foreach (var entry in first.Events.OrderBy(entry => entry.Sequence))
        {
            check.Add(entry);
        }

        check.Complete();
        return check;
    }
}
