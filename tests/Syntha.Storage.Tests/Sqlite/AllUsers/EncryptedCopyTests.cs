using Syntha.Storage.Ground;
using Syntha.Storage.Sqlite;
using Syntha.Storage.Sqlite.AllUsers;

namespace Syntha.Storage.Tests.Sqlite.AllUsers;

/// <summary>The copy that encrypts a file names each column, so a new column is never copied in plain by mistake.</summary>
public sealed class EncryptedCopyTests : IAsyncDisposable
{
    private readonly SqliteFixture plain = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => plain.DisposeAsync();

    [Theory]
    [InlineData("ALTER TABLE changes ADD COLUMN note TEXT;", "changes.note")]
    [InlineData("CREATE TABLE notes (note TEXT);", "notes.note")]
    public async Task Encrypt_ColumnThatIsNotNamed_IsRefusedAndChangesNothing(string step, string column)
    {
        plain.Migrations = new([.. SchemaSteps.Read("sqlite"), step]);
        var user = await plain.GivenStoreAsync("\"kept\"");
        var encrypting = new SqliteStores(
            plain.Options, plain.Time, NullLoggerFactory.Instance, plain.Migrations, maxOpenFiles: null, TestMasterKey.Create());

        var refusal = await Assert.ThrowsAsync<NotSupportedException>(() => encrypting.Encryption.EncryptAsync(user, Token));

        Assert.Contains(column, refusal.Message, StringComparison.Ordinal);
        await encrypting.DisposeAsync();
        Assert.Single((await plain.LoadAsync(user)).Items);
    }

    [Fact]
    public void Cell_UnknownTable_IsRefused() => Assert.Throws<NotSupportedException>(() => EncryptedCopy.Cell("items", "value"));
}
