namespace Syntha.Server.Tests.Hosting;

/// <summary>Attack 11: only the owner may use the data folder, and no link in it leads out.</summary>
[Trait("Runs", "Once")]
public sealed class DataFolderTests
{
    private const UnixFileMode OfOthers = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    [Fact]
    public async Task Files_WhileTheServerRuns_AreTheirOwnersAlone()
    {
        await using var server = await TestServer.StartAsync();
        await server.As("alice").PushAsync("k");
        await server.As("Alice").PushAsync("k");

        var entries = Directory.GetFileSystemEntries(server.Folder, "*", SearchOption.AllDirectories);

        Assert.Contains(Path.Combine(server.FolderOf("alice"), "context.db-wal"), entries);
        Assert.Contains(Path.Combine(server.FolderOf("alice"), "context.db-shm"), entries);
        Assert.All(
            entries, entry => Assert.True((File.GetUnixFileMode(entry) & OfOthers) == 0, $"{entry} is {File.GetUnixFileMode(entry)}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("context.db")]
    [InlineData("context.db-wal")]
    [InlineData("context.db-shm")]
    [InlineData("context.db-journal")]
    public async Task Link_PlantedInTheFolder_IsNotFollowed(string planted)
    {
        await using var server = await TestServer.StartAsync();
        server.MayLogErrors = true;
        await server.As("alice").PushAsync("k", "\"secret\"");
        var (link, target) =
            (Path.Combine(server.FolderOf("mallory"), planted).TrimEnd('/'), Path.Combine(server.FolderOf("alice"), planted).TrimEnd('/'));
        if (planted.Length > 0)
        {
            Directory.CreateDirectory(server.FolderOf("mallory"));
        }

        File.CreateSymbolicLink(link, target);
        var mallory = server.As("mallory");

        await Refusal.OfAsync(ErrorReason.StoreCorrupt, mallory.Mesh.GetAsync(new() { Key = "k" }));
        await Refusal.OfAsync(ErrorReason.StoreCorrupt, mallory.Mesh.PushAsync(TestUser.Push("k", "\"overwritten\"")));

        Assert.Equal("\"secret\"", await server.As("alice").ValueAsync("k"));
        Assert.Equal(1, (await server.As("alice").PositionAsync()).Revision);
        File.Delete(link);
        Assert.Equal(1, await mallory.PushAsync("k"));
    }

    [Fact]
    public async Task Link_InPlaceOfAKnownUsersFile_IsNotFollowedAfterARestart()
    {
        await using var server = await TestServer.StartAsync();
        server.MayLogErrors = true;
        var outside = Directory.CreateDirectory(server.Folder + "-outside").FullName;
        await server.As("alice").PushAsync("k", "\"secret\"");
        await server.As("bob").PushAsync("k", "\"of bob\"");

        await server.RestartAsync(() =>
        {
            Directory.Move(server.FolderOf("alice"), Path.Combine(outside, "alice"));
            Directory.CreateSymbolicLink(server.FolderOf("alice"), Path.Combine(outside, "alice"));
        });

        await Refusal.OfAsync(ErrorReason.StoreCorrupt, server.As("alice").Mesh.GetAsync(new() { Key = "k" }));
        Assert.Equal("\"of bob\"", await server.As("bob").ValueAsync("k"));
        Directory.Delete(server.FolderOf("alice"));
        Directory.Move(Path.Combine(outside, "alice"), server.FolderOf("alice"));
        Assert.Equal("\"secret\"", await server.As("alice").ValueAsync("k"));
        Directory.Delete(outside, recursive: true);
    }

    [Fact]
    public async Task File_OfAnotherUserPutInPlace_IsNotServed()
    {
        await using var server = await TestServer.StartAsync();
        server.MayLogErrors = true;
        await server.As("alice").PushAsync("k", "\"secret\"");
        await server.As("bob").PushAsync("k", "\"of bob\"");

        await server.RestartAsync(() => File.Copy(
            Path.Combine(server.FolderOf("alice"), "context.db"), Path.Combine(server.FolderOf("bob"), "context.db"), overwrite: true));

        await Refusal.OfAsync(ErrorReason.StoreCorrupt, server.As("bob").Mesh.GetAsync(new() { Key = "k" }));
        Assert.Equal("\"secret\"", await server.As("alice").ValueAsync("k"));
    }
}
