namespace Syntha.Storage.Tests.Sqlite.Server;

public sealed class SqliteAuditTests : IAsyncDisposable
{
    private readonly SqliteFixture fixture = new();

    [Fact]
    public async Task ListBehind_AfterAnUncleanEnd_ReadsTheFoldersOnceForAllPages()
    {
        var users = new List<UserId>();
        for (var number = 0; number < 5; number++)
        {
            users.Add(await fixture.GivenStoreAsync());
        }

        users.Add(UserId.Trusted($"Ünsafe as a name {Guid.NewGuid():N}"));
        await (await fixture.Stores.OpenAsync(users[^1])).CommitAsync(Draft.Command(1, Draft.Push("key")));
        await fixture.StopAsync();
        var expected = users.Select(user => user.Value).Order(StringComparer.Ordinal).ToList();

        var first = await PageAsync("");
        // Without the folder, a page that reads it fails.
        var (folder, elsewhere) = (Path.Combine(fixture.Folder, "users"), Path.Combine(fixture.Folder, "elsewhere"));
        Directory.Move(folder, elsewhere);
        var second = await PageAsync(first[^1]);
        var third = await PageAsync(second[^1]);
        var last = await PageAsync(third[^1]);
        Directory.Move(elsewhere, folder);

        Assert.Equal(expected, [.. first, .. second, .. third, .. last]);
        Assert.Equal((2, 0), (first.Count, last.Count));
        // A listing that begins anew reads them anew.
        Directory.Delete(fixture.FolderOf(users[0]), recursive: true);
        Assert.Equal(5, (await fixture.Stores.Audit.ListBehindAsync("", 10, TestContext.Current.CancellationToken)).Count);
    }

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    private async Task<List<string>> PageAsync(string after) =>
        [.. (await fixture.Stores.Audit.ListBehindAsync(after, 2, TestContext.Current.CancellationToken)).Select(user => user.Value)];
}
