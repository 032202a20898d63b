using System.Buffers.Binary;
using SQLitePCL;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Rows;

namespace Syntha.Storage.Tests.Sqlite.Rows;

/// <summary>
/// What a commit costs, as numbers that do not depend on the machine: statements, bytes of memory, and changes of threads.
/// </summary>
public sealed class PreparedCommitTests : IAsyncDisposable
{
    private const int Commands = 64;

    private static readonly string[] Kinds =
        ["BEGIN", "COMMIT", "DELETE FROM live", "INSERT INTO changes", "INSERT INTO live", "UPDATE head"];

    private readonly SqliteFixture sqlite = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    [Fact]
    public async Task Commit_OfPushesOfDistinctKeys_RunsThreeStatementsAPushAndThreeMore()
    {
        var first = Created(1);

        var statements = await RunAsync(first, Over(first));

        Assert.Equal(
            ["BEGIN 1", "COMMIT 1", "DELETE FROM live 64", "INSERT INTO changes 64", "INSERT INTO live 64", "UPDATE head 1"], statements);
    }

    [Fact]
    public async Task Commit_OfPushesOfOneKey_RunsOneStatementAPushAndFiveMore()
    {
        var first = Created(1);
        var last = first[^1].Changes[0];
        var second = new List<CommittedCommand>();
        for (var number = 1; number <= Commands; number++)
        {
            second.Add(Draft.Command(Commands + number, Draft.Push("64", over: last)));
            last = second[^1].Changes[0];
        }

        var statements = await RunAsync(first, second);

        Assert.Equal(
            ["BEGIN 1", "COMMIT 1", "DELETE FROM live 1", "INSERT INTO changes 64", "INSERT INTO live 1", "UPDATE head 1"], statements);
    }

    [Fact]
    public async Task FindRequest_OfIdsInTheOrderOfTime_LooksAtTheLogForNoneOfThem()
    {
        const long Start = 1_000;
        var user = UserIds.New();
        var first = Enumerable.Range(1, Commands).Select(number => WithId(number, Start + number)).ToArray();
        await (await sqlite.Stores.OpenAsync(user)).CommitAsync(first);
        await sqlite.StopAsync();
        var looks = 0;
        using var connection = SqliteConnections.Open(sqlite.FileOf(user));
        using var commit = new PreparedCommit(connection, cipher: null);
        raw.sqlite3_trace(connection.Handle, (_, text) => looks += text.Contains("request_id = ", StringComparison.Ordinal) ? 1 : 0, null);

        for (var number = 1; number <= Commands; number++)
        {
            Assert.Null(Find(Start + Commands + number));
        }

        Assert.Equal(0, looks);
        // An id that the log has, or that is older than one that it has, is looked for.
        Assert.Equal(Commands, Find(Start + Commands)?.Revision);
        Assert.Null(Find(Start - 1));
        Assert.Equal(2, looks);
        // Also when it was written through this connection.
        commit.Begin();
        var later = WithId(Commands + 1, Start + (10 * Commands));
        commit.Write([later], new ChangeGroup([later]));
        commit.Commit();
        Assert.Equal(Commands + 1, Find(Start + (10 * Commands))?.Revision);
        Assert.Null(Find(Start + (9 * Commands)));
        Assert.Equal(4, looks);
        raw.sqlite3_trace(connection.Handle, (strdelegate_trace?)null, null);

        KnownRequest? Find(long number) => commit.FindRequest(Id(number), DateTimeOffset.MinValue, oldestPlace: 0);
    }

    [Fact]
    public async Task Commit_OfAWarmGroup_AllocatesLittleAPush()
    {
        const int MostBytesAPush = 145;
        var store = await sqlite.Stores.OpenAsync(UserIds.New());
        var former = Created(1);
        await store.CommitAsync([.. former]);
        long allocated = 0;
        for (var group = 0; group < 3; group++)
        {
            var commands = Over(former);
            await store.WriteAsync(
                async turn =>
                {
                    var before = GC.GetAllocatedBytesForCurrentThread();
                    await turn.CommitAsync(commands);
                    allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                },
                Token);
            former = commands;
        }

        Assert.InRange(allocated, 1, MostBytesAPush * Commands);
    }

    [Fact]
    public async Task Write_WithMoreToWrite_KeepsItsThreadForEightTurns()
    {
        var store = await sqlite.Stores.OpenAsync(UserIds.New());
        var threads = new List<int>();
        var asked = new List<int>();

        await store.WriteAsync(
            static () => [],
            async turn =>
            {
                threads.Add(Environment.CurrentManagedThreadId);
                await turn.CommitAsync([Draft.Command(threads.Count, Draft.Push($"{threads.Count}"))]);
            },
            () =>
            {
                asked.Add(Environment.CurrentManagedThreadId);
                return true;
            },
            Token);

        Assert.Equal(8, threads.Count);
        Assert.Single(threads.Concat(asked).Distinct());
        Assert.Equal(8, (await store.LoadAsync()).Position.Revision);
    }

    [Fact]
    public async Task Write_WithATurnThatFails_TakesNoFurtherTurn()
    {
        var store = await sqlite.Stores.OpenAsync(UserIds.New());
        var turns = 0;

        await store.WriteAsync(
            static () => [], turn => turn.CommitAsync([Draft.Command(turns++ == 0 ? 1 : 7, Draft.Push("k"))]), static () => true, Token)
            .FailsAsync(ErrorReason.StoreDown);

        Assert.Equal(2, turns);
        Assert.Equal(1, (await store.LoadAsync()).Position.Revision);
    }

    private static CommittedCommand WithId(long revision, long id) =>
        Draft.Command(revision, new RequestRecord(Id(id), null, "Push", 1, null), Draft.Push($"{revision}"));

    // Random ids of one moment are not in order, so these are numbers.
    private static Guid Id(long number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return new(bytes, bigEndian: true);
    }

    private static List<CommittedCommand> Created(long first) =>
        [.. Enumerable.Range(0, Commands).Select(number => Draft.Command(first + number, Draft.Push($"{first + number}")))];

    private static List<CommittedCommand> Over(IReadOnlyList<CommittedCommand> former) =>
        [.. former.Select(command => Draft.Command(
            command.Revision + Commands, Draft.Push(command.Changes[0].Subject, over: command.Changes[0])))];

    // The statements of the second group, with their numbers.
    private async Task<string[]> RunAsync(List<CommittedCommand> first, List<CommittedCommand> second)
    {
        var user = UserIds.New();
        await (await sqlite.Stores.OpenAsync(user)).CommitAsync([.. first]);
        await sqlite.StopAsync();
        var texts = new List<string>();
        using var connection = SqliteConnections.Open(sqlite.FileOf(user));
        using var commit = new PreparedCommit(connection, cipher: null);
        raw.sqlite3_trace(connection.Handle, (_, text) => texts.Add(text), null);

        commit.Begin();
        commit.Write(second, new ChangeGroup(second));
        commit.Commit();

        raw.sqlite3_trace(connection.Handle, (strdelegate_trace?)null, null);
        return [.. texts.CountBy(KindOf).Select(static kind => $"{kind.Key} {kind.Value}").Order(StringComparer.Ordinal)];
    }

    private static string KindOf(string statement) =>
        Array.Find(Kinds, kind => statement.StartsWith(kind, StringComparison.Ordinal)) ?? statement;
}
