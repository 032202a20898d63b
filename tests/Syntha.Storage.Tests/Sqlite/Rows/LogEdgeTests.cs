using System.Text;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Rows;

namespace Syntha.Storage.Tests.Sqlite.Rows;

/// <summary>The log at its edges: trimmed at its old end, at the largest numbers, and as the file holds it.</summary>
public sealed class LogEdgeTests : IAsyncDisposable
{
    private readonly SqliteFixture sqlite = new();

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    [Fact]
    public async Task ReadChanges_BelowTheOldestRevision_IsHistoryCompacted()
    {
        var user = await GivenTrimmedStoreAsync();
        var store = (await sqlite.Stores.FindAsync(user))!;

        var refusal = await store.ReadAllAsync(after: 1).FailsAsync(ErrorReason.HistoryCompacted);

        Assert.Equal("3", refusal.Metadata["oldest"]);
        Assert.Equal("3", refusal.Metadata["head"]);
        Assert.Equal(3, Assert.Single(await store.ReadAllAsync(after: 2)).Place.Revision);
        Assert.Equal(3, (await store.LoadAsync()).OldestRevision);
    }

    [Fact]
    public async Task Commit_OverARowThatTheLogHasLetGo_KeepsItUntilTheLogHasLetGoTheCommit()
    {
        var user = await GivenTrimmedStoreAsync();
        var store = (await sqlite.Stores.FindAsync(user))!;
        var items = (await store.LoadAsync()).Items.ToDictionary(item => item.Key.Value);

        await store.CommitAsync(Draft.Command(4, place => Draft.Push("old")(place) with
        {
            Kind = ChangeKind.Updated,
            Replaces = items["old"].Place,
            Before = items["old"].Readers,
        }));

        Assert.Equal(3, (await store.LoadAsync()).Items.Count);
        var replaced = await store.History.ReadRowsAsync(
            (await store.LoadAsync()).Position, [StoredPlace.FirstOf(1).Place], TestContext.Current.CancellationToken);
        Assert.Equal(items["old"], Assert.Single(replaced).Item);
        await store.TrimAsync(new(0, 0, TimeSpan.FromDays(1)));
        await sqlite.StopAsync();
        Assert.Equal(0, sqlite.Execute(user, $"SELECT count(*) FROM changes WHERE place = {StoredPlace.FirstOf(1).Value}"));
        Assert.Equal(3, sqlite.Execute(user, "SELECT count(*) FROM changes"));
    }

    [Fact]
    public async Task FindRequests_BelowTheOldestRevision_AreUnknown()
    {
        var request = Draft.Request(Guid.NewGuid());
        var user = await GivenTrimmedStoreAsync(request);

        Assert.Empty(await (await sqlite.Stores.FindAsync(user))!.FindRequestsAsync(request.Id));
    }

    [Fact]
    public async Task Commit_AtTheLargestRevision_IsKeptExactly()
    {
        var user = UserIds.New();
        await sqlite.Stores.OpenAsync(user);
        await sqlite.StopAsync();
        sqlite.Execute(user, $"UPDATE head SET revision = {StoredPlace.MaxRevision - 2}");
        var store = (await sqlite.Stores.FindAsync(user))!;
        var first = Draft.Command(StoredPlace.MaxRevision - 1, Draft.Push("a"), Draft.Push("b"));
        var last = Draft.Command(StoredPlace.MaxRevision, Draft.Push("a", over: first.Changes[0]), Draft.Push("c"));

        await store.CommitAsync(first);
        await store.CommitAsync(last);

        Assert.Equal([.. first.Changes, .. last.Changes], await store.ReadAllAsync(StoredPlace.MaxRevision - 2));
        var mesh = await store.LoadAsync();
        Assert.Equal(
            [first.Changes[1].Place, last.Changes[0].Place, last.Changes[1].Place], mesh.Items.Select(item => item.Place).Order());
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => store.CommitAsync(Draft.Command(StoredPlace.MaxRevision + 1, Draft.Push("d"))));
        Assert.Equal(3, (await store.LoadAsync()).Items.Count);
    }

    [Fact]
    public async Task Commit_ByTwoUsersThroughPooledBuffers_LeavesNoByteOfOneInTheOthersFile()
    {
        const string Canary = "canary-of-alice";
        var alice = UserIds.New();
        var bob = UserIds.New();
        var ofAlice = await sqlite.Stores.OpenAsync(alice);
        var ofBob = await sqlite.Stores.OpenAsync(bob);
        var request = Draft.Request(Guid.NewGuid(), Canary, Canary);

        for (var revision = 1; revision <= 40; revision++)
        {
            // Long values of alice, short values of bob, through the same pool.
            await ofAlice.CommitAsync(Draft.Command(revision, request, Draft.Push(
                $"{Canary}/{revision}", $"\"{string.Concat(Enumerable.Repeat(Canary, 2_000))}\"", Draft.Routed(Canary, [Canary]))));
            await ofBob.CommitAsync(Draft.Command(revision, Draft.Push($"key/{revision}", "\"b\"", Draft.Routed("x", ["t"]))));
        }
        await ofBob.ReadAllAsync();

        Assert.Contains(Canary, await ReadAllFilesAsync(alice), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, await ReadAllFilesAsync(bob), StringComparison.Ordinal);
        await sqlite.StopAsync();
        Assert.Contains(Canary, await ReadAllFilesAsync(alice), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, await ReadAllFilesAsync(bob), StringComparison.Ordinal);
        Assert.DoesNotContain(alice.Value, await ReadAllFilesAsync(bob), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindRequests_InALongLog_GoesByTheIndex()
    {
        var user = await sqlite.GivenStoreAsync();
        using var connection = sqlite.Connect(user);
        using var command = new SqliteCommand($"EXPLAIN QUERY PLAN {KnownRequests.Select}", connection);
        command.Parameters.AddWithValue("?1", Array.Empty<byte>());
        command.Parameters.AddWithValue("?2", 0);
        command.Parameters.AddWithValue("?3", 0);

        using var plan = command.ExecuteReader();
        var steps = new StringBuilder();
        while (plan.Read())
        {
            steps.AppendLine(plan.GetString(3));
        }

        Assert.Contains("SEARCH changes USING INDEX changes_by_request (request_id=?", steps.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItemsView_ForPeople_ShowsThePresent()
    {
        var user = await sqlite.GivenStoreAsync("{\"a\":1}");

        using var connection = sqlite.Connect(user);
        using var command = new SqliteCommand("SELECT key || ' ' || value || ' ' || revision || ' ' || updated_at FROM items", connection);

        Assert.Equal("key {\"a\":1} 1 2030-01-02 12:00:00", command.ExecuteScalar());
    }

    /// <summary>Three items. The log reaches back to the last one only. The older rows are kept as the current state.</summary>
    private async Task<UserId> GivenTrimmedStoreAsync(RequestRecord? request = null)
    {
        var user = UserIds.New();
        await (await sqlite.Stores.OpenAsync(user)).CommitAsync(
            Draft.Command(1, request, Draft.Push("old")), Draft.Command(2, Draft.Push("older")), Draft.Command(3, Draft.Push("new")));
        await sqlite.StopAsync();
        sqlite.Execute(user, "UPDATE head SET oldest_revision = 3");
        return user;
    }

    // As bytes, one character each.
    private async Task<string> ReadAllFilesAsync(UserId user)
    {
        var content = new StringBuilder();
        foreach (var path in Directory.GetFiles(sqlite.FolderOf(user)))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file, Encoding.Latin1);
            content.Append(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
        return content.ToString();
    }
}
