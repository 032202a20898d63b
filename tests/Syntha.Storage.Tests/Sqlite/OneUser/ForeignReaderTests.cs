using System.Diagnostics.Metrics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Syntha.Storage.Sqlite.OneUser;

namespace Syntha.Storage.Tests.Sqlite.OneUser;

/// <summary>Another program reads a user's file: the user is served, and the operator is told when it does not end.</summary>
public sealed class ForeignReaderTests : IAsyncDisposable
{
    private const int HeldEvent = 2016;
    private const int ReleasedEvent = 2017;
    private const int RewrittenEvent = 2018;
    private static readonly string Large = $"\"{new string('x', 1 << 20)}\"";

    private readonly LogRecorder log = new();
    private readonly SqliteFixture sqlite;

    public ForeignReaderTests() => sqlite = new() { Logs = log };

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    [Fact]
    public async Task Reader_ThatDoesNotEnd_IsToldInTheLogAndAsAMetric_AndSoIsItsEnd()
    {
        var user = await sqlite.GivenStoreAsync(isOpen: true);
        var store = (await sqlite.Stores.FindAsync(user))!;
        var revision = 1L;
        using (var reader = Read(user))
        {
            for (var written = 0L; written <= HeldFiles.MostBytes + (8 << 20); written += Large.Length)
            {
                await store.CommitAsync(Draft.Command(++revision, Draft.Push($"k{revision}", Large)));
            }

            Assert.Single(
                log.Entries, entry => entry is { EventId: HeldEvent, Level: LogLevel.Warning } && entry.Message.Contains(user.Value));
            Assert.Equal(1, Held());
        }

        // The first commit begins the write-ahead file anew. The look comes every few mebibytes.
        for (var n = 0; n < 10; n++)
        {
            await store.CommitAsync(Draft.Command(++revision, Draft.Push($"k{revision}", Large)));
        }

        Assert.Single(log.Entries, entry => entry.EventId == ReleasedEvent);
        Assert.Equal(0, Held());
    }

    [Fact]
    public async Task Load_WithCommitsInTheWriteAheadFileAndAReader_ServesTheUser()
    {
        var user = await sqlite.GivenStoreAsync(isOpen: true);
        using var reader = Read(user);
        await (await sqlite.Stores.FindAsync(user))!.CommitAsync(Draft.Command(2, Draft.Push("later")));
        // The reader keeps the write-ahead file, as a crash does.
        await sqlite.StopAsync();
        var before = await File.ReadAllBytesAsync(sqlite.FileOf(user) + "-wal", TestContext.Current.CancellationToken);

        Assert.Equal(2, (await sqlite.LoadAsync(user)).Items.Count);
        Assert.Equal(before, await File.ReadAllBytesAsync(sqlite.FileOf(user) + "-wal", TestContext.Current.CancellationToken));
        Assert.Single(log.Entries, entry => entry.EventId == RewrittenEvent);

        await (await sqlite.Stores.FindAsync(user))!.CommitAsync(Draft.Command(3, Draft.Push("last")));
        Assert.Equal(3, (await sqlite.LoadAsync(user)).Items.Count);
    }

    [Fact]
    public async Task Backup_OfAFileThatIsWritten_EndsAndHasOneMoment()
    {
        var user = await sqlite.GivenStoreAsync(isOpen: true);
        var store = (await sqlite.Stores.FindAsync(user))!;
        for (var revision = 2; revision < 2_000; revision++)
        {
            await store.CommitAsync(Draft.Command(revision, Draft.Push($"k{revision}")));
        }

        var copy = Path.Combine(sqlite.Folder, "copy.db");
        using var done = new CancellationTokenSource();
        var writing = WriteUntilAsync(store, 2_000, done.Token);
        await Task.Run(() => sqlite.Execute(user, $"VACUUM INTO '{copy}'"), TestContext.Current.CancellationToken);
        await done.CancelAsync();
        var last = await writing;

        using var copied = new SqliteConnection($"Data Source={copy};Pooling=False");
        copied.Open();
        var head = Value(copied, "SELECT revision FROM head");
        Assert.InRange(head, 1_999, last);
        // One change for each revision, up to the head and none beyond.
        Assert.Equal(head, Value(copied, "SELECT count(*) FROM changes"));
    }

    // Writes at least once, while the copy is made, and returns the last revision.
    private static async Task<long> WriteUntilAsync(IUserStore store, long first, CancellationToken done)
    {
        var revision = first;
        do
        {
            await store.CommitAsync(Draft.Command(revision, Draft.Push($"k{revision}")));
            revision++;
        }
        while (!done.IsCancellationRequested);

        return revision - 1;
    }

    private static long Value(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    // A program that has begun to read, and does not end.
    private SqliteConnection Read(UserId user)
    {
        var connection = sqlite.Connect(user);
        Value(connection, "BEGIN; SELECT revision FROM head");
        return connection;
    }

    private int Held()
    {
        var held = -1;
        using var meter = new Meter(nameof(ForeignReaderTests));
        sqlite.Stores.AddGauges(meter);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter == meter)
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>(
            (instrument, value, _, _) => held = instrument.Name == "syntha.stores.held" ? value : held);
        listener.Start();
        listener.RecordObservableInstruments();
        return held;
    }
}
