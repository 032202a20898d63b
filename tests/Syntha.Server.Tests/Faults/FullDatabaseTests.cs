using System.Security.Cryptography;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Faults;

/// <summary>A database whose disk is full (attack 34): no acknowledged write is lost, and service goes on when there is room.</summary>
public sealed class FullDatabaseTests
{
    [Fact]
    [Trait("Runs", "Once")]
    public async Task Push_DatabaseOnAFullDisk_IsStoreFullUntilThereIsRoom()
    {
        using var folder = new ScratchFolder();
        using var disk = SmallDisk.TryMount(folder.Path, mebibytes: 24);
        Assert.SkipWhen(disk is null, SmallDisk.NotPermitted);
        await using var cluster = await PostgresCluster.StartAsync();
        await using var store = await TestStore.CreateInAsync(cluster);
        await cluster.MoveDatabaseAsync(store.DatabaseName!, Path.Combine(disk.Path, "database"));
        await using var server = await TestServer.StartOnAsync(store);
        server.MayLogErrors = true;
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        await bob.PushAsync("k", "\"of bob\"");
        List<string> acknowledged = [];
        // Random, so that compression does not make it smaller.
        var value = $"\"{Convert.ToBase64String(RandomNumberGenerator.GetBytes(150_000))}\"";

        var full = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (acknowledged.Count < 500)
            {
                await alice.PushAsync($"{acknowledged.Count:D3}", value);
                acknowledged.Add($"{acknowledged.Count:D3}");
            }
        });

        Refusal.Of(ErrorReason.StoreFull, full);
        Assert.NotEmpty(acknowledged);
        Assert.Equal(acknowledged, await alice.KeysAsync());
        Assert.Equal(acknowledged.Count, (await alice.PositionAsync()).Revision);
        Assert.Equal("\"of bob\"", await bob.ValueAsync("k"));
        disk.Remount("size=64m");
        Assert.Equal(acknowledged.Count + 1, await alice.PushAsync("after", value));
        await server.RestartAsync();
        Assert.Equal([.. acknowledged, "after"], await server.As("alice").KeysAsync());
        Assert.Equal(value, await server.As("alice").ValueAsync("000"));
        Assert.Equal("\"of bob\"", await server.As("bob").ValueAsync("k"));
    }
}
