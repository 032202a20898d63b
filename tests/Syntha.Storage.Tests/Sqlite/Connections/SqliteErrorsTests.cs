using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syntha.Storage.Ground;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Tests.Sqlite.Connections;

public sealed class SqliteErrorsTests
{
    private const string Inside = "/srv/data/users/alice/context.db: near \"SELECT\"";

    [Theory]
    [InlineData(raw.SQLITE_FULL, raw.SQLITE_FULL, nameof(StorePhase.Committing), ErrorReason.StoreFull)]
    [InlineData(raw.SQLITE_BUSY, raw.SQLITE_BUSY_SNAPSHOT, nameof(StorePhase.Writing), ErrorReason.StoreBusy)]
    [InlineData(raw.SQLITE_LOCKED, raw.SQLITE_LOCKED, nameof(StorePhase.Reading), ErrorReason.StoreBusy)]
    [InlineData(raw.SQLITE_READONLY, raw.SQLITE_READONLY_DBMOVED, nameof(StorePhase.Writing), ErrorReason.StoreReadOnly)]
    [InlineData(raw.SQLITE_CORRUPT, raw.SQLITE_CORRUPT, nameof(StorePhase.Reading), ErrorReason.StoreCorrupt)]
    [InlineData(raw.SQLITE_NOTADB, raw.SQLITE_NOTADB, nameof(StorePhase.Opening), ErrorReason.StoreCorrupt)]
    [InlineData(raw.SQLITE_ERROR, raw.SQLITE_ERROR, nameof(StorePhase.Opening), ErrorReason.StoreCorrupt)]
    [InlineData(raw.SQLITE_ERROR, raw.SQLITE_ERROR, nameof(StorePhase.Writing), ErrorReason.StoreDown)]
    [InlineData(raw.SQLITE_IOERR, raw.SQLITE_IOERR_FSYNC, nameof(StorePhase.Committing), ErrorReason.StoreDown)]
    [InlineData(raw.SQLITE_IOERR, raw.SQLITE_IOERR_SHMSIZE, nameof(StorePhase.Opening), ErrorReason.StoreFull)]
    [InlineData(raw.SQLITE_IOERR, raw.SQLITE_IOERR_SHMSIZE, nameof(StorePhase.Committing), ErrorReason.StoreDown)]
    [InlineData(raw.SQLITE_CONSTRAINT, raw.SQLITE_CONSTRAINT, nameof(StorePhase.Writing), ErrorReason.StoreDown)]
    [InlineData(raw.SQLITE_CANTOPEN, raw.SQLITE_CANTOPEN, nameof(StorePhase.Opening), ErrorReason.StoreDown)]
    public void Translate_FailureOfSqlite_HasItsReasonAndTellsNothingOfTheInside(
        int code, int extended, string phase, ErrorReason reason) =>
        AssertTranslated(new SqliteException(Inside, code, extended), Enum.Parse<StorePhase>(phase), reason);

    [Theory]
    [InlineData(28, ErrorReason.StoreFull)]
    [InlineData(122, ErrorReason.StoreFull)]
    [InlineData(30, ErrorReason.StoreReadOnly)]
    [InlineData(5, ErrorReason.StoreDown)]
    public void Translate_FailureOfTheFileSystem_GoesByItsNumber(int error, ErrorReason reason) =>
        AssertTranslated(new IOException(Inside, error), StorePhase.Opening, reason);

    [Fact]
    public void Translate_OtherExceptions_AreDamageOnlyWhereAFileIsRead()
    {
        AssertTranslated(new UnauthorizedAccessException(Inside), StorePhase.Opening, ErrorReason.StoreReadOnly);
        AssertTranslated(new FormatException(Inside), StorePhase.Reading, ErrorReason.StoreCorrupt);
        AssertTranslated(new JsonException(Inside), StorePhase.Reading, ErrorReason.StoreCorrupt);
        Assert.Null(SqliteErrors.Translate(new FormatException(Inside), StorePhase.Writing));
        Assert.Null(SqliteErrors.Translate(new ObjectDisposedException(Inside), StorePhase.Reading));
    }

    [Fact]
    public void Translate_RefusalOfTheMesh_StaysAsItIs()
    {
        var refusal = new MeshException(ErrorReason.StoreBusy, "as it is");

        Assert.Same(refusal, SqliteErrors.Translate(refusal, StorePhase.Writing));
    }

    private static void AssertTranslated(Exception cause, StorePhase phase, ErrorReason reason)
    {
        var failure = SqliteErrors.Translate(cause, phase)!;
        Assert.Equal(reason, failure.Reason);
        Assert.Same(cause, failure.InnerException);
        Assert.DoesNotContain("alice", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SELECT", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            reason is ErrorReason.StoreFull or ErrorReason.StoreBusy or ErrorReason.StoreDown, failure.RetryAfter is not null);
    }
}
