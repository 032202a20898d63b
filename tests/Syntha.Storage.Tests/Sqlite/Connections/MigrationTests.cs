using Syntha.Storage.Ground;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Tests.Sqlite.Connections;

public sealed class MigrationTests : IAsyncDisposable
{
    private static readonly string[] Known = SchemaSteps.Read("sqlite");

    private readonly SqliteFixture sqlite = new();

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    [Fact]
    public async Task Load_OlderFile_IsBroughtUpToDateWithItsContent()
    {
        var user = await sqlite.GivenStoreAsync("\"kept\"");

        sqlite.Migrations =
            new([.. Known, "CREATE TABLE added (a INTEGER) STRICT; INSERT INTO added VALUES (7);", "ALTER TABLE added ADD COLUMN b TEXT;"]);

        Assert.Equal("\"kept\"", Assert.Single((await sqlite.LoadAsync(user)).Items).ValueJson);
        await sqlite.StopAsync();
        Assert.Equal(Known.Length + 2, sqlite.Execute(user, "PRAGMA user_version"));
        Assert.Equal(7, sqlite.Execute(user, "SELECT a FROM added WHERE b IS NULL"));
    }

    [Fact]
    public async Task Load_StepThatFails_LeavesTheFileAsItWas()
    {
        var user = await sqlite.GivenStoreAsync("\"kept\"");
        sqlite.Migrations = new([.. Known, "CREATE TABLE added (a INTEGER) STRICT;", "DROP TABLE that_is_not_there;"]);

        await sqlite.LoadAsync(user).FailsAsync(ErrorReason.StoreCorrupt);

        await sqlite.StopAsync();
        Assert.Equal(Known.Length, sqlite.Execute(user, "PRAGMA user_version"));
        Assert.Equal(0, sqlite.Execute(user, "SELECT count(*) FROM sqlite_schema WHERE name = 'added'"));
        sqlite.Migrations = Migrations.Embedded;
        Assert.Equal("\"kept\"", Assert.Single((await sqlite.LoadAsync(user)).Items).ValueJson);
    }

    [Fact]
    public async Task Create_NewFile_HasTheLatestVersionAtOnce()
    {
        sqlite.Migrations = new([.. Known, "CREATE TABLE added (a INTEGER) STRICT;"]);

        var user = await sqlite.GivenStoreAsync();

        Assert.Equal(Known.Length + 1, sqlite.Execute(user, "PRAGMA user_version"));
    }

    [Fact]
    public async Task Load_FileOfVersion1_GetsTheSizeOfItsLog()
    {
        sqlite.Migrations = new([Known[0]]);
        var user = UserIds.New();
        await sqlite.Stores.OpenAsync(user);
        await sqlite.StopAsync();
        // The first row is older than the log, and is kept as the current state.
        sqlite.Execute(
            user,
            """
            INSERT INTO changes (place, kind, time, subject, value, metadata) VALUES
              (1 << 24, 1, 0, 'old', x'30', NULL),
              (2 << 24, 1, 0, 'é', CAST('"ü"' AS BLOB), '{"ä":1}'),
              ((2 << 24) + 1, 3, 0, 'gone', NULL, NULL);
            INSERT INTO live VALUES (1 << 24), (2 << 24);
            UPDATE head SET revision = 2, oldest_revision = 2;
            """);
        Assert.Equal(1, sqlite.Execute(user, "PRAGMA user_version"));

        sqlite.Migrations = Migrations.Embedded;
        var store = (await sqlite.Stores.FindAsync(user))!;

        Assert.Equal(new LogSize(2, 100 + 2 + 4 + 8 + 100 + 4), await store.MeasureLogAsync());
        Assert.Equal(2, (await store.LoadAsync()).Items.Count);
        await store.CommitAsync(Draft.Command(3, Draft.Push("k")));
        Assert.Equal(new LogSize(3, 218 + 102), await store.MeasureLogAsync());
        await store.TrimAsync(new(0, 0, TimeSpan.Zero));
        Assert.Equal(default, await store.MeasureLogAsync());
        Assert.Equal(3, (await store.LoadAsync()).Items.Count);
    }

    [Fact]
    public async Task Load_FileFromBeforeThereWereOutcomesAndOrigins_GetsThem()
    {
        sqlite.Migrations = new(Known[..2]);
        var user = UserIds.New();
        await sqlite.Stores.OpenAsync(user);
        await sqlite.StopAsync();
        // One command, as servers of that time wrote it.
        sqlite.Execute(
            user,
            """
            INSERT INTO changes (place, kind, time, subject, value) VALUES (1 << 24, 1, 0, 'key', CAST('"kept"' AS BLOB));
            INSERT INTO live VALUES (1 << 24);
            UPDATE head SET revision = 1, log_changes = 1, log_bytes = 109;
            """);
        sqlite.Migrations = Migrations.Embedded;

        var store = (await sqlite.Stores.FindAsync(user))!;
        // A read comes first, and finds the old file.
        Assert.Empty(await store.Outcomes.ListAsync(new(), null, 9, TestContext.Current.CancellationToken));
        await store.Outcomes.LogAsync(AgentName.Parse("a"), new("t") { IsSuccess = true }, null, TestContext.Current.CancellationToken);

        Assert.Single(await store.Outcomes.ListAsync(new(), null, 9, TestContext.Current.CancellationToken));
        Assert.Equal("\"kept\"", Assert.Single((await sqlite.LoadAsync(user)).Items).ValueJson);
        var commit = Assert.Single((await store.Commits.ReadAsync(null, 9, TestContext.Current.CancellationToken)).Commits);
        Assert.Equal((1, null, 1, 16), (commit.Commands[^1].Revision, commit.Origin, commit.Commands[^1].Keys, commit.KeyHashes.Length));
    }
}
