using System.Globalization;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Sqlite.Rows;

namespace Syntha.Storage.Tests.Sqlite.OneUser;

/// <summary>A trim that meets a locked file, a full disk, or a process that ends in the middle.</summary>
public sealed class SqliteLogTrimTests : IAsyncDisposable
{
    private static readonly LogLimits Nothing = new(0, 0, TimeSpan.Zero);

    private readonly SqliteFixture sqlite = new();

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    [Fact]
    public async Task Trim_WhileAnotherProgramHoldsTheFile_IsStoreBusyAndDropsNothing()
    {
        var user = await sqlite.GivenStoreAsync(isOpen: true);
        var store = (await sqlite.Stores.FindAsync(user))!;
        using (var connection = sqlite.Connect(user))
        {
            using var command = new SqliteCommand("BEGIN IMMEDIATE;", connection);
            command.ExecuteNonQuery();

            await store.TrimAsync(Nothing).FailsAsync(ErrorReason.StoreBusy);
            await store.CommitAsync(Draft.Command(2, Draft.Push("k"))).FailsAsync(ErrorReason.StoreBusy);

            Assert.Equal(new LogSize(1, 104), await store.MeasureLogAsync());
            Assert.Equal(1, (await store.LoadAsync()).OldestRevision);
            // A log within its limits takes no lock.
            Assert.Equal(0, (await store.TrimAsync(LogLimits.Default)).Dropped);
        }
        Assert.Equal(2, (await store.TrimAsync(Nothing)).OldestRevision);
    }

    [Fact]
    public async Task Trim_OfALogThatBeginsElsewhere_IsStoreDownAndDropsNothing()
    {
        var user = UserIds.New();
        var store = await sqlite.Stores.OpenAsync(user);
        var pushed = Draft.Command(1, Draft.Push("k"));
        await store.CommitAsync(pushed, Draft.Command(2, Draft.End(ChangeKind.Removed, pushed.Changes[0])));
        sqlite.Execute(user, "UPDATE head SET oldest_revision = 2");

        // The rows are dropped, and then moving the oldest revision fails: both happen or neither.
        await store.TrimAsync(Nothing).FailsAsync(ErrorReason.StoreDown);

        Assert.Equal(2, sqlite.Execute(user, "SELECT count(*) FROM changes"));
        Assert.Equal(3, (await store.TrimAsync(Nothing)).OldestRevision);
    }

    [Fact]
    public async Task Trim_FullStore_MakesRoomForTheNextCommits()
    {
        sqlite.Options = sqlite.Options with { MaxStoreBytes = 1 << 20 };
        var store = await sqlite.Stores.OpenAsync(UserIds.New());
        var large = "\"" + new string('x', 60_000) + "\"";
        Change? former = null;
        MeshException? refusal = null;
        var revision = 0L;
        while (refusal is null)
        {
            var command = Draft.Command(revision + 1, Draft.Push("k", large, over: former));
            try
            {
                await store.CommitAsync(command);
                (former, revision) = (command.Changes[0], revision + 1);
            }
            catch (MeshException full)
            {
                refusal = full;
            }
        }
        Assert.Equal(ErrorReason.StoreFull, refusal.Reason);

        await store.TrimAsync(Nothing);

        for (var more = 0; more < 5; more++)
        {
            var command = Draft.Command(++revision, Draft.Push("k", large, over: former));
            await store.CommitAsync(command);
            former = command.Changes[0];
        }
        Assert.Equal(revision, (await store.LoadAsync()).Items[0].Place.Revision);
    }

    [Fact]
    public async Task Trim_OfAProcessThatIsKilled_IsDoneAsAWholeOrNotAtAll()
    {
        var user = UserIds.New();
        long acknowledged = 0;
        for (var round = 1; round <= 4; round++)
        {
            acknowledged = await TrimUntilKilledAsync(user, acknowledged + (round * 23));

            var store = (await sqlite.Stores.FindAsync(user))!;
            var mesh = await store.LoadAsync();
            Assert.InRange(mesh.Position.Revision, acknowledged, acknowledged + 1);
            // The log was trimmed after the last commit, or not yet.
            Assert.InRange(mesh.Position.Revision - mesh.OldestRevision + 1, PushingProgram.KeptCommands, PushingProgram.KeptCommands + 1);
            Assert.Equal(mesh.Position.Revision * 2, mesh.Items.Count);
            var model = new StoreModel();
            model.Apply(Enumerable.Range(1, (int)mesh.Position.Revision).Select(number => PushingProgram.CommandOf(number)));
            var left = model.All.Where(change => change.Place.Revision >= mesh.OldestRevision);
            Assert.Equal(left, await store.ReadAllAsync(mesh.OldestRevision - 1));
            model.Trim(
                Nothing with { MaxChanges = left.Count(), MaxBytes = long.MaxValue, MaxAge = TimeSpan.MaxValue }, int.MaxValue, Draft.Noon);
            Assert.Equal(model.Size, await store.MeasureLogAsync());
            acknowledged = mesh.Position.Revision;
            await sqlite.StopAsync();
        }
    }

    [Fact]
    public async Task Trim_InALongLog_ReadsNoFurtherThanItDrops()
    {
        var user = await sqlite.GivenStoreAsync();
        using var connection = sqlite.Connect(user);
        using var command = new SqliteCommand($"EXPLAIN QUERY PLAN {CommitStatements.DropChanges}", connection);
        command.Parameters.AddWithValue("@first", 0);
        command.Parameters.AddWithValue("@last", 0);

        using var plan = command.ExecuteReader();
        var steps = new List<string>();
        while (plan.Read())
        {
            steps.Add(plan.GetString(3));
        }

        Assert.Contains("SEARCH changes USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)", steps);
        Assert.Contains("SEARCH changes USING INTEGER PRIMARY KEY (rowid=?)", steps);
        Assert.DoesNotContain(steps, step => step.StartsWith("SCAN changes", StringComparison.Ordinal));
    }

    private async Task<long> TrimUntilKilledAsync(UserId user, long revision)
    {
        using var process = ChildProcess.Start([PushingProgram.Argument, sqlite.Folder, user.Value, "100000", PushingProgram.Trimming]);
        try
        {
            long acknowledged = 0;
            while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                acknowledged = long.Parse(line.AsSpan("ACK ".Length), CultureInfo.InvariantCulture);
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
