namespace Syntha.Client.Tests.RealServer;

/// <summary>The past by the client's methods. The conformance scenarios show what it tells.</summary>
public sealed class PastMeshTests(SharedServer shared)
{
    private readonly ContextMesh mesh = shared.Server.NewUser();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AsOf_TheTimeOfAVersion_ReadsTheStateBehindIt()
    {
        await mesh.PushAsync("k", 1, cancellationToken: Token);
        await mesh.PushAsync("k", 2, cancellationToken: Token);
        await foreach (var version in mesh.ListVersionsAsync("k", pageSize: 1, cancellationToken: Token))
        {
            var past = mesh.AsOf(version.Time);
            var stats = await past.GetStatsAsync(cancellationToken: Token);
            Assert.True(stats.Position.Revision >= version.Position.Revision);
            var item = await past.GetItemAsync("k", cancellationToken: Token);
            Assert.Equal(stats.Position.Revision, item!.Revision);
            var prompt = await mesh.AsOf(version.Position).BuildPromptAsync(new SystemPrompt(), cancellationToken: Token);
            Assert.Equal(version.Position, prompt.Position);
        }

        var failure = await Assert.ThrowsAnyAsync<SynthaException>(
            () => mesh.AsOf(TimeProvider.System.GetUtcNow().AddDays(1)).GetAsync("k", cancellationToken: Token));
        Assert.Equal(ErrorReason.RevisionInFuture, failure.Reason);
    }

    [Fact]
    public async Task AsOf_ByAnAgentWithoutPermission_IsRefused()
    {
        var position = (await mesh.PushAsync("k", 1, cancellationToken: Token)).Position;

        var failure = await Assert.ThrowsAsync<SynthaPermissionDeniedException>(
            () => mesh.AsOf(position).GetAsync("k", "planner", Token));

        Assert.Equal(ErrorReason.PastNotAllowed, failure.Reason);
    }
}
