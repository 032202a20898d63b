using System.Threading.Channels;

namespace Syntha.Client.Tests.RealServer;

/// <summary>Claims through the client: handles, waits in line, writes under a claim, renewals.</summary>
public sealed class ClaimHandleTests(SharedServer shared)
{
    private readonly ContextMesh mesh = shared.Server.NewUser();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Claim_WriteUnderIt_Release()
    {
        var ann = mesh.ForAgent("ann");
        await using var claim = await ann.ClaimAsync("task", new() { Lease = TimeSpan.FromMinutes(5) }, Token);

        var held = await Assert.ThrowsAsync<SynthaConflictException>(() => mesh.ClaimAsync("task", cancellationToken: Token));
        Assert.Equal((ErrorReason.ClaimHeld, "ann"), (held.Reason, held.Metadata["holder"]));
        await mesh.PushJsonAsync("k", "1", new() { AgentName = "ann", IfClaim = claim.Token }, Token);
        await mesh.PatchAsync("k", ValuePatch.Increment(1), new() { AgentName = "ann", IfClaim = claim.Token }, Token);
        await mesh.CommitAsync(
            [CommitOperation.Patch("k", ValuePatch.Increment(1))], new() { AgentName = "ann", IfClaim = claim.Token }, Token);
        var until = claim.ExpireTime;
        Assert.True(await claim.RenewAsync(TimeSpan.FromMinutes(9), Token) > until.AddMinutes(3));
        Assert.Equal(TimeSpan.FromMinutes(9), claim.Lease);
        await claim.ReleaseAsync(Token);

        foreach (var write in (Func<Task>[])
            [
                () => mesh.PushJsonAsync("k", "9", new() { AgentName = "ann", IfClaim = claim.Token }, Token),
                () => mesh.PushManyAsync([PushEntry.From("k", 9)], new() { AgentName = "ann", IfClaim = claim.Token }, Token),
                () => mesh.RemoveAsync("k", new() { AgentName = "ann", IfClaim = claim.Token }, Token),
                () => ann.RemoveContextAsync("k", new() { IfClaim = claim.Token }, Token),
                () => ann.PatchContextAsync("k", ValuePatch.Increment(1), new() { IfClaim = claim.Token }, Token),
                () => ann.CommitContextAsync([CommitOperation.Remove("k")], new() { IfClaim = claim.Token }, Token),
                () => claim.RenewAsync(cancellationToken: Token),
            ])
        {
            Assert.Equal(ErrorReason.ClaimLost, (await Assert.ThrowsAsync<SynthaConflictException>(write)).Reason);
        }

        Assert.Equal(3, await mesh.GetAsync<int>("k", cancellationToken: Token));
    }

    [Fact]
    public async Task AwaitClaim_TellsThePlaces_AndTheTurn()
    {
        var first = await mesh.ClaimAsync("task", cancellationToken: Token);
        var places = new Places();
        var bob = mesh.ForAgent("bob").AwaitClaimAsync("task", progress: places, cancellationToken: Token);
        Assert.Equal(1, (await places.NextAsync()).Place);
        var later = new Places();
        var cid = mesh.ForAgent("cid").AwaitClaimAsync("task", progress: later, cancellationToken: Token);
        Assert.Equal((2, null), ((await later.NextAsync()) is var place ? place.Place : 0, place.Claim.Holder!.AgentName));

        await first.HandOverAsync("eve", Token);
        Assert.Equal("eve", (await later.NextAsync(place => place.Claim.Holder!.AgentName == "eve")).Claim.Holder!.AgentName);
        await mesh.ReleaseClaimAsync("task", Token);

        await using (var held = await bob)
        {
            Assert.Equal("bob", Assert.Single(await ListAsync()).Holder!.AgentName);
        }

        await using var last = await cid;
        Assert.Equal(last.Token, Assert.Single(await ListAsync()).Token);
    }

    [Fact]
    public async Task AwaitClaim_Cancelled_LeavesTheLineAtOnce()
    {
        await using var first = await mesh.ClaimAsync("task", cancellationToken: Token);
        var places = new Places();
        using var giveUp = new CancellationTokenSource();
        var bob = mesh.ForAgent("bob").AwaitClaimAsync("task", progress: places, cancellationToken: giveUp.Token);
        await places.NextAsync();

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bob);
        Assert.Empty(Assert.Single(await ListAsync()).Waiting);
    }

    [Fact]
    public async Task KeepRenewed_HoldsTheClaim_AndSaysWhenItIsLost()
    {
        await using var claim = await mesh.ForAgent("ann").ClaimAsync(
            "task", new() { Lease = TimeSpan.FromSeconds(1), KeepRenewed = true }, Token);
        var before = claim.ExpireTime;
        while (claim.ExpireTime < before.AddSeconds(1.5))
        {
            await Task.Delay(20, Token);
        }

        Assert.False(claim.Lost.IsCancellationRequested);
        await mesh.ReleaseClaimAsync("task", Token);

        var lost = new TaskCompletionSource();
        await using var registration = claim.Lost.Register(lost.SetResult);
        await lost.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task Dispose_GivesTheClaimBack()
    {
        await using (await mesh.ClaimAsync("task", new() { KeepRenewed = true }, Token))
        {
            Assert.Single(await ListAsync());
        }

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Commit_ClaimsAndReleases()
    {
        var receipt = await mesh.CommitAsync([CommitOperation.Claim("task"), CommitOperation.Claim("other")], cancellationToken: Token);
        var token = receipt.Results[0].Claim!.Token!;
        Assert.Equal(receipt.Position, token.Position);

        await mesh.CommitAsync([CommitOperation.Release(token)], new() { IfClaim = token }, Token);

        Assert.Equal(["other"], (await ListAsync()).Select(claim => claim.Name));
    }

    [Fact]
    public async Task Subscribe_WithClaims_TellsThem()
    {
        await using var events = mesh.SubscribeAsync(new() { IncludeClaims = true }, cancellationToken: Token).GetAsyncEnumerator(Token);
        Assert.True(await events.MoveNextAsync());

        await mesh.ForAgent("ann").ClaimAsync("task", cancellationToken: Token);

        while (true)
        {
            Assert.True(await events.MoveNextAsync());
            if (events.Current is ContextEvent.Committed committed)
            {
                var change = Assert.Single(committed.Changes);
                Assert.Equal((ChangeKind.Claimed, "task", "ann"), (change.Kind, change.Key, change.Claim!.Holder!.AgentName));
                return;
            }
        }
    }

    private async Task<List<ClaimState>> ListAsync()
    {
        var claims = new List<ClaimState>();
        await foreach (var claim in mesh.ListClaimsAsync(cancellationToken: Token))
        {
            claims.Add(claim);
        }

        return claims;
    }

    private sealed class Places : IProgress<ClaimPlace>
    {
        private readonly Channel<ClaimPlace> told = Channel.CreateUnbounded<ClaimPlace>();

        public void Report(ClaimPlace value) => told.Writer.TryWrite(value);

        public async Task<ClaimPlace> NextAsync(Func<ClaimPlace, bool>? which = null)
        {
            while (true)
            {
                var place = await told.Reader.ReadAsync(Token);
                if (which?.Invoke(place) != false)
                {
                    return place;
                }
            }
        }
    }
}
