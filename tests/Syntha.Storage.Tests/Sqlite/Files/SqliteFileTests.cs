namespace Syntha.Storage.Tests.Sqlite.Files;

/// <summary>Names, modes and links of the files in the data folder.</summary>
public sealed class SqliteFileTests : IAsyncDisposable
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnFolder = OwnFile | UnixFileMode.UserExecute;

    private readonly SqliteFixture sqlite = new();

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    [Fact]
    public async Task Open_NewUser_MakesWhatOnlyItsOwnerCanRead()
    {
        var user = await sqlite.GivenStoreAsync(isOpen: true);

        var files = Directory.GetFiles(sqlite.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(
            [Path.Combine(sqlite.Folder, "lock"), sqlite.FileOf(user), sqlite.FileOf(user) + "-shm", sqlite.FileOf(user) + "-wal"], files);
        Assert.All(files, file => Assert.Equal(OwnFile, File.GetUnixFileMode(file)));
        Assert.All(
            Directory.GetDirectories(sqlite.Folder, "*", SearchOption.AllDirectories),
            folder => Assert.Equal(OwnFolder, File.GetUnixFileMode(folder)));
    }

    [Fact]
    public async Task Load_LooseModesLeftByARestore_AreTightened()
    {
        var user = await sqlite.GivenStoreAsync();
        File.SetUnixFileMode(sqlite.FileOf(user), OwnFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.SetUnixFileMode(sqlite.FolderOf(user), OwnFolder | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        await sqlite.LoadAsync(user);

        Assert.Equal(OwnFile, File.GetUnixFileMode(sqlite.FileOf(user)));
        Assert.Equal(OwnFolder, File.GetUnixFileMode(sqlite.FolderOf(user)));
    }

    [Fact]
    public async Task Find_UserWithoutStore_MakesNoFile()
    {
        Assert.Null(await sqlite.Stores.FindAsync(UserIds.New()));

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(sqlite.Folder, "users")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    [InlineData("-journal")]
    public async Task Open_LinkInPlaceOfAFile_IsRefusedAndNotFollowed(string companion)
    {
        var victim = await sqlite.GivenStoreAsync("\"secret\"");
        var user = await sqlite.GivenStoreAsync();
        var target = companion.Length == 0 ? sqlite.FileOf(victim) : Path.Combine(sqlite.Folder, "elsewhere");
        File.Delete(sqlite.FileOf(user) + companion);
        File.CreateSymbolicLink(sqlite.FileOf(user) + companion, target);
        var before = File.Exists(target) ? await File.ReadAllBytesAsync(target, TestContext.Current.CancellationToken) : null;

        await sqlite.Stores.FindAsync(user).FailsAsync(ErrorReason.StoreCorrupt);
        await sqlite.Stores.OpenAsync(user).FailsAsync(ErrorReason.StoreCorrupt);

        Assert.Equal(before, File.Exists(target) ? await File.ReadAllBytesAsync(target, TestContext.Current.CancellationToken) : null);
        Assert.Equal("\"secret\"", Assert.Single((await sqlite.LoadAsync(victim)).Items).ValueJson);
    }

    [Fact]
    public async Task Load_LinkPlantedAfterTheStoreWasFound_IsRefused()
    {
        var victim = await sqlite.GivenStoreAsync("\"secret\"");
        var user = await sqlite.GivenStoreAsync();
        var store = (await sqlite.Stores.FindAsync(user))!;
        File.Delete(sqlite.FileOf(user));
        File.CreateSymbolicLink(sqlite.FileOf(user), sqlite.FileOf(victim));

        await store.LoadAsync().FailsAsync(ErrorReason.StoreCorrupt);
        await store.ReadAllAsync().FailsAsync(ErrorReason.StoreCorrupt);
        await store.CommitAsync(Draft.Command(2, Draft.Push("k"))).FailsAsync(ErrorReason.StoreCorrupt);
    }

    [Fact]
    public async Task Open_LinkInPlaceOfAFolder_IsRefusedAndNotFollowed()
    {
        var user = UserIds.New();
        using var elsewhere = new ScratchFolder();
        await sqlite.GivenStoreAsync();
        Directory.CreateSymbolicLink(sqlite.FolderOf(user), elsewhere.Path);

        await sqlite.Stores.OpenAsync(user).FailsAsync(ErrorReason.StoreCorrupt);
        await sqlite.Stores.FindAsync(user).FailsAsync(ErrorReason.StoreCorrupt);

        Assert.Empty(Directory.GetFileSystemEntries(elsewhere.Path));
    }

    [Fact]
    public async Task Open_LinkInPlaceOfTheUnfinishedFile_IsNotFollowed()
    {
        var user = UserIds.New();
        using var elsewhere = new ScratchFolder();
        var target = elsewhere.Sub("target");
        await File.WriteAllTextAsync(target, "untouched", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(sqlite.FolderOf(user));
        File.CreateSymbolicLink(sqlite.FileOf(user) + ".new", target);

        await sqlite.Stores.OpenAsync(user);

        Assert.Equal("untouched", await File.ReadAllTextAsync(target, TestContext.Current.CancellationToken));
        Assert.Equal(0, (await sqlite.LoadAsync(user)).Position.Revision);
    }

    [Theory]
    [InlineData("Alice", "alice")]
    [InlineData("a.b@x", "a_b_x")]
    [InlineData("acme-corp", "acme_corp")]
    [InlineData("con", "CON")]
    [InlineData("../alice", "alice")]
    [InlineData("..", ".")]
    public async Task Open_IdsThatLookAlike_AreTwoStoresBelowTheFolder(string one, string two)
    {
        foreach (var id in new[] { one, two })
        {
            await (await sqlite.Stores.OpenAsync(UserIds.Of(id))).CommitAsync(Draft.Command(1, Draft.Push("key", $"\"{id}\"")));
        }

        foreach (var id in new[] { one, two })
        {
            Assert.Equal($"\"{id}\"", Assert.Single((await sqlite.LoadAsync(UserIds.Of(id))).Items).ValueJson);
        }

        Assert.Equal(2, Directory.GetFiles(Path.Combine(sqlite.Folder, "users"), "context.db", SearchOption.AllDirectories).Length);
    }
}
