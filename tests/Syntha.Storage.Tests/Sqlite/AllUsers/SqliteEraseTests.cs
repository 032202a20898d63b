using System.Text;

namespace Syntha.Storage.Tests.Sqlite.AllUsers;

/// <summary>Attack 32 on files: after an erase no file holds the canary, at whatever moment the process was killed.</summary>
public sealed class SqliteEraseTests : IAsyncDisposable
{
    private const string Canary = "canary-9c1f";

    private readonly SqliteFixture sqlite = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Erase_LeavesTheCanaryInNoFile()
    {
        var user = await sqlite.GivenStoreAsync($"\"{Canary}\"", isOpen: true);
        var other = await sqlite.GivenStoreAsync(isOpen: true);
        Assert.NotEmpty(FilesWithCanary());

        Assert.True(await sqlite.Stores.DeleteAsync(user, Token));

        // While the process goes on. An unlinked file must not be open either, or its bytes would stay on the disk.
        Assert.Empty(FilesWithCanary());
        Assert.DoesNotContain(sqlite.OpenFiles(), file => file.Contains("deleted", StringComparison.Ordinal));
        Assert.Equal("1", Assert.Single((await sqlite.LoadAsync(other)).Items).ValueJson);
    }

    [Fact]
    public async Task Erase_KilledAfterTheNameIsGone_IsFinishedByTheNextStart()
    {
        var user = await sqlite.GivenStoreAsync($"\"{Canary}\"");
        // The remains of a process that dies between the two steps.
        Directory.CreateDirectory(Path.Combine(sqlite.Folder, "erased"));
        Directory.Move(sqlite.FolderOf(user), Path.Combine(sqlite.Folder, "erased", "half"));
        Assert.NotEmpty(FilesWithCanary());

        Assert.Null(await sqlite.Stores.FindAsync(user));

        Assert.Empty(FilesWithCanary());
    }

    [Fact]
    public async Task Import_KilledBeforeItsPlace_IsRemovedByTheNextStart()
    {
        var user = await sqlite.GivenStoreAsync();
        Directory.CreateDirectory(Path.Combine(sqlite.Folder, "staged", "half"));
        await File.WriteAllTextAsync(Path.Combine(sqlite.Folder, "staged", "half", "context.db"), Canary, Token);

        Assert.Equal("1", Assert.Single((await sqlite.LoadAsync(user)).Items).ValueJson);

        Assert.Empty(FilesWithCanary());
    }

    [Fact]
    public async Task Import_OverAStore_LeavesTheOldCanaryInNoFile()
    {
        var user = await sqlite.GivenStoreAsync($"\"{Canary}\"", isOpen: true);
        await using (var staged = await sqlite.Stores.StageAsync(user, StoreRight.Unbound, Token))
        {
            await staged.PlaceAsync(0, mayReplace: true, Token);
        }

        Assert.Empty(FilesWithCanary());
        Assert.Empty((await sqlite.LoadAsync(user)).Items);
    }

    [Fact]
    public async Task Erase_OfAFolderThatIsALink_TakesTheLinkAndNothingBehindIt()
    {
        var user = await sqlite.GivenStoreAsync($"\"{Canary}\"");
        var elsewhere = Path.Combine(sqlite.Folder, "elsewhere");
        Directory.Move(sqlite.FolderOf(user), elsewhere);
        Directory.CreateSymbolicLink(sqlite.FolderOf(user), elsewhere);

        await sqlite.Stores.DeleteAsync(user, Token);

        Assert.False(Path.Exists(sqlite.FolderOf(user)));
        Assert.NotEmpty(FilesWithCanary());
        Assert.Null(await sqlite.Stores.FindAsync(user));
    }

    [Fact]
    public async Task Erase_OfADamagedStore_ErasesIt()
    {
        var user = await sqlite.GivenStoreAsync($"\"{Canary}\"");
        await File.WriteAllTextAsync(sqlite.FileOf(user), $"no database, but a {Canary}", Token);

        Assert.True(await sqlite.Stores.DeleteAsync(user, Token));

        Assert.Empty(FilesWithCanary());
        Assert.Empty((await (await sqlite.Stores.OpenAsync(user)).LoadAsync()).Items);
    }

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    private string[] FilesWithCanary()
    {
        var canary = Encoding.UTF8.GetBytes(Canary);
        return [.. Directory.EnumerateFiles(sqlite.Folder, "*", SearchOption.AllDirectories)
            .Where(file => file != Path.Combine(sqlite.Folder, "lock") && File.ReadAllBytes(file).AsSpan().IndexOf(canary) >= 0)];
    }
}
