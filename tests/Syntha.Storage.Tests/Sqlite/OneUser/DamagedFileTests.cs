using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Tests.Sqlite.OneUser;

/// <summary>Files that are damaged or foreign: that user gets DATA_LOSS, and all other users are served.</summary>
public sealed class DamagedFileTests : IAsyncDisposable
{
    private readonly SqliteFixture sqlite = new();

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    [Fact]
    public async Task Load_FileOfAnotherUser_IsRefused()
    {
        var alice = await sqlite.GivenStoreAsync("\"of alice\"");
        var bob = await sqlite.GivenStoreAsync("\"of bob\"");
        File.Copy(sqlite.FileOf(bob), sqlite.FileOf(alice), overwrite: true);

        await AssertCorruptAsync(alice);
        Assert.Equal("\"of bob\"", Assert.Single((await sqlite.LoadAsync(bob)).Items).ValueJson);
    }

    [Theory]
    [InlineData("DELETE FROM head")]
    [InlineData("DROP TABLE head")]
    [InlineData("DROP TABLE changes")]
    [InlineData("DROP TABLE live")]
    [InlineData("DROP TABLE agents")]
    [InlineData("PRAGMA user_version = 0")]
    [InlineData("UPDATE head SET user_id = 'somebody else'")]
    [InlineData("DELETE FROM changes")]
    [InlineData("UPDATE changes SET kind = 9")]
    [InlineData("UPDATE changes SET topics = 'no list'")]
    [InlineData("UPDATE changes SET value = NULL")]
    [InlineData("UPDATE head SET revision = 0")]
    [InlineData("INSERT INTO agents VALUES ('a', '{')")]
    public async Task Load_ContentThatNoServerWrote_IsRefused(string damage)
    {
        var user = await sqlite.GivenStoreAsync();
        var other = await sqlite.GivenStoreAsync("\"other\"");
        sqlite.Execute(user, damage);

        await AssertCorruptAsync(user);
        Assert.Equal("\"other\"", Assert.Single((await sqlite.LoadAsync(other)).Items).ValueJson);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(0, 4096)]
    [InlineData(4096, 512)]
    [InlineData(4096 * 2, 512)]
    public async Task Load_OverwrittenPages_AreRefused(int offset, int count)
    {
        var user = await sqlite.GivenStoreAsync();
        await using (var file = File.OpenWrite(sqlite.FileOf(user)))
        {
            file.Position = offset;
            var garbage = new byte[count];
            new Random(1).NextBytes(garbage);
            file.Write(garbage);
        }

        await AssertCorruptAsync(user);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    public async Task Load_CutFile_IsRefusedAndNotMadeAnew(int length)
    {
        var user = await sqlite.GivenStoreAsync();
        await using (var file = File.OpenWrite(sqlite.FileOf(user)))
        {
            file.SetLength(length);
        }

        await AssertCorruptAsync(user);
        await (await sqlite.Stores.OpenAsync(user)).LoadAsync().FailsAsync(ErrorReason.StoreCorrupt);
        Assert.Equal(length, new FileInfo(sqlite.FileOf(user)).Length);
    }

    [Fact]
    public async Task Load_DamageThatIsRepaired_IsServedAgainWithoutARestart()
    {
        var user = await sqlite.GivenStoreAsync();
        var whole = await File.ReadAllBytesAsync(sqlite.FileOf(user), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(sqlite.FileOf(user), "not a database", TestContext.Current.CancellationToken);
        await AssertCorruptAsync(user);

        await File.WriteAllBytesAsync(sqlite.FileOf(user), whole, TestContext.Current.CancellationToken);

        Assert.Single((await sqlite.LoadAsync(user)).Items);
    }

    [Fact]
    public async Task Load_FileOfANewerServer_IsRefusedSayingSo()
    {
        var user = await sqlite.GivenStoreAsync();
        sqlite.Execute(user, $"PRAGMA user_version = {Migrations.Embedded.Latest + 1}");

        var refusal = await AssertCorruptAsync(user);

        Assert.Contains("newer version", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, sqlite.Execute(user, "SELECT revision FROM head"));
    }

    [Fact]
    public async Task Commit_TriggerPlantedInTheFile_DoesNotRun()
    {
        var user = await sqlite.GivenStoreAsync();
        sqlite.Execute(user, "CREATE TRIGGER planted AFTER INSERT ON changes BEGIN UPDATE head SET epoch = 'planted'; END");

        await (await sqlite.Stores.FindAsync(user))!.CommitAsync(Draft.Command(2, Draft.Push("k")));

        Assert.NotEqual("planted", (await sqlite.LoadAsync(user)).Position.Epoch);
    }

    [Fact]
    public async Task Load_JournalModeChangedByHand_IsWriteAheadAgain()
    {
        var user = await sqlite.GivenStoreAsync();
        sqlite.Execute(user, "PRAGMA journal_mode = DELETE");

        await (await sqlite.Stores.FindAsync(user))!.CommitAsync(Draft.Command(2, Draft.Push("k")));

        Assert.True(File.Exists(sqlite.FileOf(user) + "-wal"));
    }

    private async Task<MeshException> AssertCorruptAsync(UserId user)
    {
        var store = (await sqlite.Stores.FindAsync(user))!;
        var refusal = await store.LoadAsync().FailsAsync(ErrorReason.StoreCorrupt);
        Assert.DoesNotContain(sqlite.Folder, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SQL", refusal.Message, StringComparison.OrdinalIgnoreCase);
        return refusal;
    }
}
