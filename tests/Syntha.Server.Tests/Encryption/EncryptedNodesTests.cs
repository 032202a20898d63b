namespace Syntha.Server.Tests.Encryption;

/// <summary>Keys rotate on one node while other nodes go on serving the user.</summary>
[Trait("Runs", "Once")]
public sealed class EncryptedNodesTests
{
    [Fact]
    public async Task RotateKeys_OnOneNode_HoldsForAllOfThemAtOnce()
    {
        await using var store = await EncryptedStore.CreateOnPostgresAsync();
        await using var first = await store.StartAsync();
        await using var second = await store.StartAsync();
        var there = second.As("alice");
        await there.PushAsync("before", "\"before\"");
        await there.Mesh.LogOutcomeAsync(new() { Agent = "a", Report = new() { TaskType = "t", Error = "before" } });
        using var done = new CancellationTokenSource();
        var writing = WriteAsync(there, done.Token);

        for (var round = 0; round < 3; round++)
        {
            using var rotating = first.Administration.RotateKeys(new() { UserId = "alice", IncludeData = true });
            while (await rotating.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
            }
        }

        await done.CancelAsync();
        var written = await writing;
        await there.PushAsync("after", "\"after\"");
        Assert.Equal("4", Assert.Single(store.Keys("alice")).Id);
        Assert.All(store.KeysOfRows("alice"), id => Assert.Equal(4u, id));
        // Read from the store, not from the nodes' memory.
        await using var third = await store.StartAsync();
        Assert.Equal(written + 2, (await third.As("alice").KeysAsync()).Count);
        Assert.Equal("\"before\"", await third.As("alice").ValueAsync("before"));
        Assert.Equal(written + 1, (await third.As("alice").Mesh.ListOutcomesAsync(new() { PageSize = 1_000 })).Outcomes.Count);
    }

    [Fact]
    public async Task RotateKeys_WhileAnotherNodeWritesAnOutcome_WaitsForIt()
    {
        await using var store = await EncryptedStore.CreateOnPostgresAsync();
        await using var first = await store.StartAsync(
            "--Storage:Postgres:LockTimeout=00:01:00", "--Storage:Postgres:CommandTimeout=00:02:00");
        await using var second = await store.StartAsync();
        var there = second.As("alice");
        await there.PushAsync("k");
        await using var held = await HeldInsert.IntoAsync("user_alice.outcomes", store.Store);
        // The node has read the keys by then, and must write with them.
        var logging = there.Mesh.LogOutcomeAsync(new() { Agent = "a", Report = new() { TaskType = "t", Error = "e" } }).ResponseAsync;
        await held.UntilWaitingAsync(1);

        using var rotating = first.Administration.RotateKeys(new() { UserId = "alice", IncludeData = true });
        var rotated = RotatedAsync();

        await held.UntilWaitingAsync(2, rotated);
        Assert.False(rotated.IsCompleted);
        await held.ReleaseAsync();
        await logging;
        await rotated;
        Assert.Equal("2", Assert.Single(store.Keys("alice")).Id);
        Assert.Equal("e", Assert.Single((await first.As("alice").Mesh.ListOutcomesAsync(new())).Outcomes).Report.Error);

        async Task RotatedAsync()
        {
            while (await rotating.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
            }
        }
    }

    private static async Task<int> WriteAsync(TestUser user, CancellationToken until)
    {
        var number = 0;
        for (; !until.IsCancellationRequested && number < 900; number++)
        {
            await user.PushAsync($"{number}", $"{number}");
            // Read to the end: the test counts what was answered.
            await user.Mesh.LogOutcomeAsync(
                new() { Agent = "a", Report = new() { TaskType = "t", Error = $"{number}" } }, cancellationToken: CancellationToken.None);
        }
        return number;
    }
}
