namespace Syntha.Storage.Tests.Sqlite.OneUser;

/// <summary>Processes that are killed at any moment of a store's life.</summary>
public sealed class CrashTests : IAsyncDisposable
{
    private readonly SqliteFixture sqlite = new();

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    [Fact]
    public async Task Load_AfterAProcessWasKilledAmongItsPushes_HasAllThatWasAcknowledgedAndNoHalves()
    {
        var user = UserIds.New();
        long acknowledged = 0;
        for (var round = 1; round <= 6; round++)
        {
            acknowledged = await PushUntilKilledAsync(user, acknowledged + (round * 37));

            var store = (await sqlite.Stores.FindAsync(user))!;
            var revision = (await store.LoadAsync()).Position.Revision;
            // The command that was about to be acknowledged may be there too, but nothing else.
            Assert.InRange(revision, acknowledged, acknowledged + 1);
            var expected = Enumerable.Range(1, (int)revision).SelectMany(number => PushingProgram.CommandOf(number).Changes);
            Assert.Equal(expected, await store.ReadAllAsync());
            Assert.Equal(revision * 2, (await store.LoadAsync()).Items.Count);
            acknowledged = revision;
            await sqlite.StopAsync();
        }
    }

    [Fact]
    public async Task Files_OfAKilledProcessWithoutUmask_AreTheirOwnersAlone()
    {
        var user = UserIds.New();

        await PushUntilKilledAsync(user, 3, "sh", "-c", "umask 0; exec \"$@\"", "sh");

        string[] left =
            [sqlite.FileOf(user), sqlite.FileOf(user) + "-wal", sqlite.FileOf(user) + "-shm", Path.Combine(sqlite.Folder, "lock")];
        Assert.All(left, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(sqlite.FolderOf(user)));
    }

    [Fact]
    public async Task Open_FolderWithoutFile_IsNoStoreAndIsMadeAnew()
    {
        var user = UserIds.New();
        Directory.CreateDirectory(sqlite.FolderOf(user));

        Assert.Null(await sqlite.Stores.FindAsync(user));
        Assert.Equal(0, (await (await sqlite.Stores.OpenAsync(user)).LoadAsync()).Position.Revision);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5_000)]
    public async Task Open_UnfinishedFileOfAnEarlierAttempt_IsReplaced(int length)
    {
        var user = UserIds.New();
        Directory.CreateDirectory(sqlite.FolderOf(user));
        await File.WriteAllBytesAsync(sqlite.FileOf(user) + ".new", new byte[length], TestContext.Current.CancellationToken);

        Assert.Null(await sqlite.Stores.FindAsync(user));
        await (await sqlite.Stores.OpenAsync(user)).CommitAsync(Draft.Command(1, Draft.Push("k")));

        Assert.False(File.Exists(sqlite.FileOf(user) + ".new"));
        Assert.Single((await sqlite.LoadAsync(user)).Items);
    }

    [Fact]
    public async Task Open_WriteAheadFileThatOutlivedItsDatabase_IsNotReplayed()
    {
        var user = UserIds.New();
        await PushUntilKilledAsync(user, 5);
        File.Delete(sqlite.FileOf(user));
        Assert.True(new FileInfo(sqlite.FileOf(user) + "-wal").Length > 0);

        var mesh = await (await sqlite.Stores.OpenAsync(user)).LoadAsync();

        Assert.Equal(0, mesh.Position.Revision);
        Assert.Empty(mesh.Items);
    }

    // Kills the process as soon as it has acknowledged a revision. It is working on the next one then.
    private async Task<long> PushUntilKilledAsync(UserId user, long revision, params string[] wrapper)
    {
        using var process = ChildProcess.Start(
            [PushingProgram.Argument, sqlite.Folder, user.Value, "100000", PushingProgram.Faithful], wrapper);
        try
        {
            long acknowledged = 0;
            while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                acknowledged = long.Parse(line.AsSpan("ACK ".Length), System.Globalization.CultureInfo.InvariantCulture);
                if (acknowledged == revision)
                {
                    process.Kill();
                }
            }
            return acknowledged;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }
}
