using Syntha.Storage.Sqlite;

namespace Syntha.Storage.Tests.Sqlite;

public sealed class MigrationTests : IAsyncDisposable
{
    private static readonly string First = FirstStep();

    private readonly SqliteFixture sqlite = new() { Migrations = new([First]) };

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    [Fact]
    public async Task Load_OlderFile_IsBroughtUpToDateWithItsContent()
    {
        var user = await sqlite.GivenStoreAsync("\"kept\"");

        sqlite.Migrations = new([First, "CREATE TABLE added (a INTEGER) STRICT; INSERT INTO added VALUES (7);", "ALTER TABLE added ADD COLUMN b TEXT;"]);

        Assert.Equal("\"kept\"", Assert.Single((await sqlite.LoadAsync(user)).Items).ValueJson);
        await sqlite.StopAsync();
        Assert.Equal(3, sqlite.Execute(user, "PRAGMA user_version"));
        Assert.Equal(7, sqlite.Execute(user, "SELECT a FROM added WHERE b IS NULL"));
    }

    [Fact]
    public async Task Load_StepThatFails_LeavesTheFileAsItWas()
    {
        var user = await sqlite.GivenStoreAsync("\"kept\"");
        sqlite.Migrations = new([First, "CREATE TABLE added (a INTEGER) STRICT;", "DROP TABLE that_is_not_there;"]);

        await sqlite.LoadAsync(user).FailsAsync(ErrorReason.StoreCorrupt);

        await sqlite.StopAsync();
        Assert.Equal(1, sqlite.Execute(user, "PRAGMA user_version"));
        Assert.Equal(0, sqlite.Execute(user, "SELECT count(*) FROM sqlite_schema WHERE name = 'added'"));
        sqlite.Migrations = new([First]);
        Assert.Equal("\"kept\"", Assert.Single((await sqlite.LoadAsync(user)).Items).ValueJson);
    }

    [Fact]
    public async Task Create_NewFile_HasTheLatestVersionAtOnce()
    {
        sqlite.Migrations = new([First, "CREATE TABLE added (a INTEGER) STRICT;"]);

        var user = await sqlite.GivenStoreAsync();

        Assert.Equal(2, sqlite.Execute(user, "PRAGMA user_version"));
    }

    private static string FirstStep()
    {
        using var reader = new StreamReader(typeof(Migrations).Assembly.GetManifestResourceStream("001-first.sql")!);
        return reader.ReadToEnd();
    }
}
