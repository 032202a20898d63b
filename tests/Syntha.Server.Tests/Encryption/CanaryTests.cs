namespace Syntha.Server.Tests.Encryption;

/// <summary>The users' data is readable in no file of the server and not in PostgreSQL's write-ahead log.</summary>
public sealed class CanaryTests
{
    private readonly string canary = $"canary-{Guid.NewGuid():N}";

    [Fact]
    public async Task Values_OfAnEncryptedStore_AreInNoFile()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using (var server = await store.StartAsync())
        {
            var alice = server.As("alice");
            await StoreAsync(alice);

            Assert.Empty(await store.FilesWithAsync(canary));
            Assert.Equal($"\"{canary}\"", await alice.ValueAsync("k"));
        }
        Assert.Empty(await store.FilesWithAsync(canary));

        // A restarted server reads all of it.
        await using var again = await store.StartAsync();
        var item = (await again.As("alice").FindAsync("k"))!;
        Assert.Equal(($"\"{canary}\"", $"{{\"m\":\"{canary}\"}}"), (item.ValueJson, item.MetadataJson));
        Assert.Equal(["long", "k"], (await again.As("alice").KeysAsync()).OrderDescending());
        var report = Assert.Single((await again.As("alice").Mesh.ListOutcomesAsync(new())).Outcomes).Report;
        Assert.Equal((canary, $"\"{canary}\"", $"\"{canary}\""), (report.Error, report.InputJson, report.OutputJson));
    }

    [Fact]
    public async Task Values_OfAPlainStore_AreThereToBeFound()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using var server = await TestServer.StartOnAsync(store.Store);

        // Look for more than one text: the head of a page may cut a text in the write-ahead log in two.
        foreach (var key in new[] { "k", "l", "m" })
        {
            await server.As("alice").PushAsync(key, $"\"{canary}\"");
        }

        var found = await store.FilesWithAsync(canary);
        Assert.NotEmpty(found);
        Assert.Equal(store.IsPostgres, found.Any(file => file.Contains("pg_wal", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Delete_TakesTheUsersDataKeyWithIt()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using var server = await store.StartAsync();
        await StoreAsync(server.As("alice"));
        await server.As("bob").PushAsync("k", "\"of bob\"");
        var (wrapped, ofBob) = (store.Keys("alice")[0].Wrapped, store.Keys("bob")[0].Wrapped);
        Assert.NotEmpty(await store.FilesWithAsync(wrapped));

        await server.Administration.DeleteUserAsync(new() { UserId = "alice" });

        // PostgreSQL's write-ahead log keeps the text until its room is used again. Until then the key ring opens it.
        Assert.DoesNotContain(await store.FilesWithAsync(wrapped), file => !file.Contains("pg_wal", StringComparison.Ordinal));
        Assert.NotEmpty(await store.FilesWithAsync(ofBob));
        Assert.Empty(await store.FilesWithAsync(canary));
        await server.As("alice").PushAsync("k", "2");
        Assert.NotEqual(wrapped, store.Keys("alice")[0].Wrapped);
        Assert.Equal("\"of bob\"", await server.As("bob").ValueAsync("k"));
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Delete_FromAPlainDatabase_LeavesNothingInItsFiles()
    {
        await using var store = await EncryptedStore.CreateOnPostgresAsync();
        await using var server = await TestServer.StartOnAsync(store.Store);
        var alice = server.As("alice");
        await StoreAsync(alice);
        // Enough rows that the planner stores values of the column.
        for (var key = 0; key < 100; key++)
        {
            await alice.PushAsync($"{canary}/{key}", $"\"{canary}\"", topics: [canary]);
        }

        await server.As("bob").PushAsync("k", "\"of bob\"");
        await store.AnalyzeAsync();
        Assert.NotEmpty(await FilesAsync(canary));

        await server.Administration.DeleteUserAsync(new() { UserId = "alice" });

        Assert.Empty(await FilesAsync(canary));
        Assert.NotEmpty(await FilesAsync("of bob"));

        async Task<IEnumerable<string>> FilesAsync(string text) =>
            (await store.FilesWithAsync(text)).Where(file => !file.Contains("pg_wal", StringComparison.Ordinal));
    }

    private async Task StoreAsync(TestUser user)
    {
        var push = TestUser.Push("k", $"\"{canary}\"");
        push.Item.MetadataJson = $"{{\"m\":\"{canary}\"}}";
        await user.Mesh.PushAsync(push);
        await user.PushAsync("long", $"[{string.Join(',', Enumerable.Repeat($"\"{canary}\"", 2_000))}]");
        await user.Mesh.LogOutcomeAsync(new()
        {
            Agent = "Planner",
            Report = new() { TaskType = "plan", Error = canary, InputJson = $"\"{canary}\"", OutputJson = $"\"{canary}\"" },
        });
    }
}
