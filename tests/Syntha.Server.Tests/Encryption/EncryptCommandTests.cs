using System.Diagnostics;

namespace Syntha.Server.Tests.Encryption;

/// <summary><c>syntha encrypt</c> encrypts data that is already stored.</summary>
public sealed class EncryptCommandTests
{
    private readonly string canary = $"canary-{Guid.NewGuid():N}";

    [Fact]
    public async Task Encrypt_PlainData_LeavesNothingOfItInPlain()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await GivenAsync(store, users: 3);
        Assert.NotEmpty(await TablesWithAsync(store));

        var (exitCode, output) = await store.RunAsync("encrypt", store.Setting);

        Assert.Equal((0, true), (exitCode, output.Contains("3 of 3 users, 0 failed", StringComparison.Ordinal)));
        // This is not promised of PostgreSQL's write-ahead log: plain text that was written to it stays until its room is used again.
        Assert.Empty(await TablesWithAsync(store));
        await AssertKeptAsync(store, users: 3);
        Assert.Equal((0, true), await AgainAsync(store));
    }

    [Fact]
    public async Task Encrypt_OneUserWhoCannotBeEncrypted_LeavesTheRestToTheNextRun()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await GivenAsync(store, users: 3);
        // The command cannot encrypt what it cannot read.
        store.Execute(
            "user1",
            store.IsPostgres
                ? "ALTER TABLE live RENAME TO elsewhere; ALTER TABLE changes RENAME TO live"
                : "ALTER TABLE live RENAME TO elsewhere");

        var (exitCode, output) = await store.RunAsync("encrypt", store.Setting);

        Assert.Equal((1, true), (exitCode, output.Contains("2 of 3 users, 1 failed", StringComparison.Ordinal)));
        foreach (var settings in new[] { new[] { store.Setting }, [] })
        {
            Assert.Equal(3, (await store.RunAsync(null, settings)).ExitCode);
        }

        store.Execute(
            "user1",
            store.IsPostgres
                ? "ALTER TABLE live RENAME TO changes; ALTER TABLE elsewhere RENAME TO live"
                : "ALTER TABLE elsewhere RENAME TO live");
        Assert.Equal(0, (await store.RunAsync("encrypt", store.Setting)).ExitCode);
        await AssertKeptAsync(store, users: 3);
    }

    [Fact]
    public async Task Encrypt_Killed_GoesOnWhenItIsCalledAgain()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await GivenAsync(store, users: 8);

        await KillAsync(store);

        Assert.Equal((0, true), await AgainAsync(store));
        Assert.Empty(await TablesWithAsync(store));
        await AssertKeptAsync(store, users: 8);
    }

    [Fact]
    public async Task Encrypt_WithoutAKeyRing_SaysWhatIsMissing()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await GivenAsync(store, users: 1);

        var (exitCode, output) = await store.RunAsync("encrypt");

        Assert.Equal((3, true), (exitCode, output.Contains("Encryption:KeyRingPath", StringComparison.Ordinal)));
        await using var server = await TestServer.StartOnAsync(store.Store);
        Assert.Equal($"\"{canary}\"", await server.As("user0").ValueAsync("k"));
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Encrypt_FolderThatIsServed_IsRefused()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using var server = await TestServer.StartOnAsync(store.Store);

        var (exitCode, output) = await store.RunAsync("encrypt", store.Setting);

        Assert.Equal((3, true), (exitCode, output.Contains("in use by process", StringComparison.Ordinal)));
    }

    private async Task GivenAsync(EncryptedStore store, int users)
    {
        await using var server = await TestServer.StartOnAsync(store.Store);
        for (var number = 0; number < users; number++)
        {
            var user = server.As($"user{number}");
            // Replaced values are in the log, and removed values are in free pages.
            foreach (var value in new[] { $"[\"{canary}\", 1]", $"\"{canary}\"" })
            {
                var push = TestUser.Push("k", value);
                push.Item.MetadataJson = $"{{\"m\":\"{canary}\"}}";
                await user.Mesh.PushAsync(push);
            }
            await user.Mesh.LogOutcomeAsync(new() { Agent = "a", Report = new() { TaskType = "t", Error = canary } });
        }
    }

    private async Task AssertKeptAsync(EncryptedStore store, int users)
    {
        await using var server = await store.StartAsync();
        for (var number = 0; number < users; number++)
        {
            var user = server.As($"user{number}");
            var item = (await user.FindAsync("k"))!;
            Assert.Equal(($"\"{canary}\"", $"{{\"m\":\"{canary}\"}}", 2), (item.ValueJson, item.MetadataJson, item.Revision));
            Assert.Equal(canary, Assert.Single((await user.Mesh.ListOutcomesAsync(new())).Outcomes).Report.Error);
            Assert.Equal(3, await user.PushAsync("l"));
        }
    }

    private async Task<List<string>> TablesWithAsync(EncryptedStore store) =>
        [.. (await store.FilesWithAsync(canary)).Where(file => !file.Contains("pg_wal", StringComparison.Ordinal))];

    private static async Task<(int ExitCode, bool IsComplete)> AgainAsync(EncryptedStore store)
    {
        var (exitCode, output) = await store.RunAsync("encrypt", store.Setting);
        return (exitCode, output.Contains(", 0 failed", StringComparison.Ordinal));
    }

    // The command may be at any point then: each user is unchanged or done.
    private static async Task KillAsync(EncryptedStore store)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [ServerProcess.ServerFile, "encrypt", .. store.Store.Settings, store.Setting])
            {
                RedirectStandardOutput = true,
            })!;
        Assert.Contains(
            "0 of 8 users", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
