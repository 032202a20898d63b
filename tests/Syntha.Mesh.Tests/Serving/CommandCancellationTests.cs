namespace Syntha.Mesh.Tests.Serving;

public sealed class CommandCancellationTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Submit_CancelledBeforeItsGroupIsFormed_ChangesNothing()
    {
        using var source = new CancellationTokenSource();
        var hold = mesh.Store.HoldNextCommit();
        var first = mesh.DoAsync(Commands.Push("first"));
        await hold.Reached;
        var cancelled = mesh.Mesh.SubmitAsync(Commands.Push("cancelled"), source.Token);
        var last = mesh.DoAsync(Commands.Push("last"));

        await source.CancelAsync();
        hold.Release();

        await Task.WhenAll(first, last);
        var refusal = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(source.Token, refusal.CancellationToken);
        Assert.Equal(["first", "last"], mesh.Keys());
        Assert.Equal(["first", "last"], mesh.Store.Changes.Select(change => change.Subject));
        Assert.Equal(2, (await last).Position.Revision);
    }

    [Fact]
    public async Task Submit_CancelledFromTheStart_ChangesNothing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mesh.Mesh.SubmitAsync(Commands.Push("k"), source.Token));

        Assert.Empty(mesh.Store.Log);
        Assert.Empty(mesh.Store.Groups);
    }

    [Fact]
    public async Task Submit_CancelledWhileItsGroupCommits_IsCarriedOutAndAcknowledged()
    {
        using var source = new CancellationTokenSource();
        var hold = mesh.Store.HoldNextCommit();
        var push = mesh.Mesh.SubmitAsync(Commands.Push("k"), source.Token);
        await hold.Reached;

        await source.CancelAsync();
        hold.Release();

        Assert.Equal(1, (await push).Position.Revision);
        Assert.Equal("1", mesh.Get("k"));
    }

    [Fact]
    public async Task Submit_CancelledAfterwards_ChangesNothingAnyMore()
    {
        using var source = new CancellationTokenSource();
        await mesh.Mesh.SubmitAsync(Commands.Push("k"), source.Token);

        await source.CancelAsync();
        await mesh.DoAsync(Commands.Push("l"));

        Assert.Equal(["k", "l"], mesh.Keys());
    }
}
