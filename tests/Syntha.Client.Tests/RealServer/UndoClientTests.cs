namespace Syntha.Client.Tests.RealServer;

/// <summary>Undo and redact by the client's methods.</summary>
public sealed class UndoClientTests(SharedServer shared)
{
    private readonly ContextMesh mesh = shared.Server.NewUser();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Undo_OfAnAgentsWork_RestoresAndCanBeUndone()
    {
        var before = (await mesh.PushAsync("k", 1, cancellationToken: Token)).Position;
        await mesh.PushAsync("k", 2, new() { AgentName = "planner" }, Token);
        await mesh.PushAsync("built", 3, new() { AgentName = "planner" }, Token);
        await mesh.PushAsync("built", 4, cancellationToken: Token);

        var plan = await mesh.PlanUndoAsync(UndoScope.After(before) with { Author = "planner" }, cancellationToken: Token);

        Assert.Equal(["built", "k"], plan.Undos.Select(undo => undo.Key));
        Assert.True(plan.HasObstacles);
        Assert.Equal(new UndoObstacle(UndoObstacleKind.BuiltOn, 4, null), plan.Undos[0].Obstacle);
        var one = plan.Undos[1];
        Assert.Equal((ChangeKind.Updated, "2", "1"), (one.Kind, one.Present!.ValueJson, one.Restored!.ValueJson));
        var failure = await Assert.ThrowsAsync<SynthaConflictException>(
            () => mesh.UndoAsync(plan, new() { AllOrNothing = true }, Token));
        Assert.Equal(ErrorReason.UndoBlocked, failure.Reason);
        var undone = await mesh.UndoAsync(plan, cancellationToken: Token);
        Assert.Equal((1, 1), (undone.Undone, undone.LeftAlone));
        Assert.Equal("1", (await mesh.GetItemAsync("k", cancellationToken: Token))!.ValueJson);
        failure = await Assert.ThrowsAsync<SynthaConflictException>(() => mesh.UndoAsync(plan, cancellationToken: Token));
        Assert.Equal(ErrorReason.PlanOutdated, failure.Reason);

        var back = await mesh.PlanUndoAsync(UndoScope.Command(undone.Position), keysOnly: true, cancellationToken: Token);
        await mesh.UndoAsync(back, cancellationToken: Token);
        Assert.Equal("2", (await mesh.GetItemAsync("k", cancellationToken: Token))!.ValueJson);
    }

    [Fact]
    public async Task Redact_OfAVersion_TellsItWithoutItsValue()
    {
        var first = (await mesh.PushAsync("k", 1, cancellationToken: Token)).Position;
        await mesh.PushAsync("k", 2, cancellationToken: Token);

        var receipt = await mesh.RedactAsync("k", RedactionScope.Version(first), cancellationToken: Token);

        Assert.Equal((1, false, false), (receipt.RedactedVersions, receipt.Removed, receipt.HasMore));
        var versions = new List<ItemVersion>();
        await foreach (var version in mesh.ListVersionsAsync("k", cancellationToken: Token))
        {
            versions.Add(version);
        }

        Assert.Equal((ChangeKind.Redacted, 1L), (versions[0].Kind, versions[0].RedactedRevision));
        Assert.Equal((true, false, true), (versions[2].IsRedacted, versions[2].Item!.HasValue, versions[2].Item!.IsRedacted));
        var failure = await Assert.ThrowsAnyAsync<SynthaException>(() => mesh.AsOf(first).GetAsync("k", cancellationToken: Token));
        Assert.Equal(ErrorReason.VersionRedacted, failure.Reason);
        Assert.True((await mesh.RedactAsync("k", RedactionScope.Every, cancellationToken: Token)).Removed);
    }
}
