using Google.Rpc;
using Microsoft.Extensions.DependencyInjection;
using Syntha.Mesh.Names;
using Syntha.Mesh.Quotas;
using Syntha.Server.Tests.Nodes;

namespace Syntha.Server.Tests.Meshes;

/// <summary>
/// Limits of what users may hold: a refusal names the quota, users free room themselves, no user pays for another, and no race overshoots a
/// limit.
/// </summary>
public sealed class UserQuotaTests(SmallQuotas server) : IClassFixture<SmallQuotas>
{
    public static TheoryData<ErrorReason, string, long> Beyond { get; } = new()
    {
        { ErrorReason.QuotaItems, "items", SmallQuotas.MaxItems },
        { ErrorReason.QuotaBytes, "bytes", 1000 },
        { ErrorReason.QuotaAgents, "agents", 3 },
        { ErrorReason.QuotaTopics, "topics", 4 },
    };

    [Theory]
    [MemberData(nameof(Beyond))]
    public async Task Command_BeyondAQuota_IsRefusedWithItsNameLimitAndUsageAndClearsByItself(ErrorReason reason, string quota, long limit)
    {
        var user = server.NewUser();
        var (fill, exceed, shrink) = Ways(reason, user);
        for (var n = 0; n < limit / (reason == ErrorReason.QuotaBytes ? 200 : 1); n++)
        {
            await fill(n);
        }

        var state = await user.StateAsync();

        var refusal = Refusal.Of(reason, await Assert.ThrowsAsync<RpcException>(exceed));

        Assert.Equal(
            (quota, $"{limit}", $"{limit}"),
            (refusal.Info.Metadata["quota"], refusal.Info.Metadata["limit"], refusal.Info.Metadata["usage"]));
        Assert.True(long.Parse(refusal.Info.Metadata["actual"], null) > limit);
        var violation = Assert.Single(refusal.Thrown.GetRpcStatus()!.GetDetail<QuotaFailure>()!.Violations);
        Assert.Equal((quota, refusal.Thrown.Status.Detail), (violation.Subject, violation.Description));
        Assert.Equal(state, await user.StateAsync());
        await shrink();
        await exceed();
    }

    [Fact]
    public async Task Usage_OfOneUser_DoesNotCountAgainstAnother()
    {
        var (alice, bob) = (server.NewUser("alice"), server.NewUser("bob"));
        for (var n = 0; n < SmallQuotas.MaxItems; n++)
        {
            await alice.PushAsync($"{n}");
            await bob.PushAsync($"{n}");
        }

        await Refusal.OfAsync(ErrorReason.QuotaItems, alice.Mesh.PushAsync(TestUser.Push("more")));
        await bob.Mesh.RemoveAsync(new() { Key = "0" });
        await Refusal.OfAsync(ErrorReason.QuotaItems, alice.Mesh.PushAsync(TestUser.Push("more")));
        await bob.PushAsync("more");
        Assert.Equal(SmallQuotas.MaxItems, (await alice.KeysAsync()).Count);
    }

    [Fact]
    public async Task Expired_Items_MakeRoom()
    {
        var user = server.NewUser();
        for (var n = 0; n < 3 * SmallQuotas.MaxItems; n++)
        {
            await user.PushAsync($"{n}", ttl: TimeSpan.Zero);
        }

        for (var n = 0; n < SmallQuotas.MaxItems; n++)
        {
            await user.PushAsync($"live {n}");
        }

        await Refusal.OfAsync(ErrorReason.QuotaItems, user.Mesh.PushAsync(TestUser.Push("more")));
    }

    [Fact]
    public async Task ParallelWriters_DoNotOvershoot()
    {
        var user = server.NewUser();

        await PushAllAsync(number => user.PushAsync($"{number}"));

        Assert.Equal(SmallQuotas.MaxItems, (await user.KeysAsync()).Count);
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task ParallelWriters_OnTwoNodes_DoNotOvershoot()
    {
        await using var nodes = await NodeGroup.StartAsync(2, $"--Quotas:MaxItems={SmallQuotas.MaxItems}");

        await PushAllAsync(number => nodes.As("alice", number % 2).PushAsync($"{number}"));

        Assert.Equal(SmallQuotas.MaxItems, (await nodes.As("alice", 0).KeysAsync()).Count);
        Assert.Equal(SmallQuotas.MaxItems, (await nodes.As("alice", 1).Mesh.GetStatsAsync(new())).Stats.TotalItems);
    }

    [Fact]
    public async Task Override_OfOneUser_HoldsAtOnce()
    {
        var (alice, bob) = (server.NewUser("alice"), server.NewUser("bob"));
        await alice.PushAsync("k");
        var book = server.Services.GetRequiredService<QuotaBook>();

        book.Set(UserId.Trusted(alice.Id), new() { MaxItems = 1, MaxStreams = 0, MaxValueBytes = 4 });
        await alice.PushAsync("k", "1234");
        await Refusal.OfAsync(ErrorReason.ValueTooLarge, alice.Mesh.PushAsync(TestUser.Push("k", "12345")));
        await Refusal.OfAsync(ErrorReason.QuotaItems, alice.Mesh.PushAsync(TestUser.Push("l")));
        var refused = alice.Mesh.Subscribe(new());
        Refusal.Of(
            ErrorReason.QuotaStreams,
            await Assert.ThrowsAsync<RpcException>(() => refused.ResponseStream.MoveNext(CancellationToken.None)));
        await bob.PushAsync("k");
        await bob.PushAsync("l");

        book.Set(UserId.Trusted(alice.Id), null);
        await alice.PushAsync("l");
    }

    // 60 calls at once: only as many succeed as there is room for.
    private static async Task PushAllAsync(Func<int, Task<long>> push)
    {
        var pushes = Enumerable.Range(0, 60).Select(push).ToList();
        await Task.WhenAll(pushes.Select(each => each.ContinueWith(static _ => { }, TaskScheduler.Default)));

        Assert.Equal(SmallQuotas.MaxItems, pushes.Count(each => each.IsCompletedSuccessfully));
        foreach (var failed in pushes.Where(each => each.IsFaulted))
        {
            Refusal.Of(ErrorReason.QuotaItems, Assert.IsType<RpcException>(failed.Exception!.InnerException));
        }
    }

    private static (Func<int, Task> Fill, Func<Task> Exceed, Func<Task> Shrink) Ways(ErrorReason reason, TestUser user) => reason switch
    {
        ErrorReason.QuotaItems => (
            n => user.PushAsync($"{n}"), () => user.PushAsync("more"), () => user.Mesh.RemoveAsync(new() { Key = "0" }).ResponseAsync),
        ErrorReason.QuotaBytes => (
            n => user.PushAsync($"{n}", $"\"{new string('v', 197)}\""), () => user.PushAsync("more"),
            () => user.PushAsync("0", "1")),
        ErrorReason.QuotaAgents => (
            n => user.Mesh.RegisterAgentTopicsAsync(new() { Agent = $"{n}", Topics = { "t" } }).ResponseAsync,
            () => user.Mesh.SetPostPermissionsAsync(new() { Agent = "more", Permissions = new() }).ResponseAsync,
            () => user.Mesh.UnsubscribeFromTopicsAsync(new() { Agent = "0", Topics = { "t" } }).ResponseAsync),
        _ => (
            n => user.PushAsync("k", topics: [.. Enumerable.Range(0, n + 1).Select(topic => $"{topic}")]),
            () => user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "a", Topics = { "more" } }).ResponseAsync,
            () => user.Mesh.DeleteTopicAsync(new() { Topic = "0" }).ResponseAsync),
    };
}
