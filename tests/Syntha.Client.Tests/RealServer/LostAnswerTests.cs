namespace Syntha.Client.Tests.RealServer;

/// <summary>The answer of a write is lost after the write has happened. The retry must find that out, and not write again.</summary>
public sealed class LostAnswerTests(SharedServer shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Push_AnswerLost_IsRetriedAndHappensOnce()
    {
        var user = shared.Server.NewUser().UserId;
        await using var proxy = await Proxy.StartAsync(shared.Server.Address);
        await using var client = new SynthaClient(new SynthaClientOptions
        {
            Address = proxy.Address,
            RetryDelay = TimeSpan.FromMilliseconds(1),
        });
        proxy.LoseAnswers(2);

        // The guard says that the key is new, so a second execution would be a conflict.
        var receipt = await client.ForUser(user).PushAsync("k", 1, new() { IfRevision = 0 }, Token);

        Assert.True(receipt.Replayed);
        Assert.Equal(1, receipt.Position.Revision);
        Assert.Equal(1, (await client.ForUser(user).GetStatsAsync(cancellationToken: Token)).Position.Revision);
    }

    [Fact]
    public async Task Push_EveryAnswerLost_TellsTheRequestId_AndRepeatingWithItHappensOnce()
    {
        var user = shared.Server.NewUser().UserId;
        await using var proxy = await Proxy.StartAsync(shared.Server.Address);
        await using var client = new SynthaClient(new SynthaClientOptions { Address = proxy.Address, MaxAttempts = 1 });
        var mesh = client.ForUser(user);
        proxy.LoseAnswers(1);

        var lost = await Assert.ThrowsAsync<SynthaUnavailableException>(() => mesh.PushAsync("k", 1, cancellationToken: Token));
        var receipt = await mesh.PushAsync("k", 1, new() { RequestId = lost.RequestId }, Token);

        Assert.True(receipt.Replayed);
        Assert.Equal(1, (await mesh.GetStatsAsync(cancellationToken: Token)).Position.Revision);
    }
}
