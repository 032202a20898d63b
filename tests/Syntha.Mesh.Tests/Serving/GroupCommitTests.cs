using Syntha.Mesh.Tests.Model;

namespace Syntha.Mesh.Tests.Serving;

/// <summary>One writer, many callers: commands that queue while a group commits go into the next group.</summary>
public sealed class GroupCommitTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Submit_WhileACommitIsHeld_TheNextGroupTakesAll()
    {
        var hold = mesh.Store.HoldNextCommit();
        var first = mesh.DoAsync(Commands.Push("first"));
        await hold.Reached;

        var queued = Enumerable.Range(0, 10).Select(number => mesh.DoAsync(Commands.Push($"{number}"))).ToList();
        Assert.All(queued, command => Assert.False(command.IsCompleted));
        hold.Release();

        Assert.Equal(1, (await first).Position.Revision);
        // In the order in which they came.
        Assert.Equal(Enumerable.Range(2, 10), (await Task.WhenAll(queued)).Select(result => (int)result.Position.Revision));
        Assert.Equal([1, 10], mesh.Store.Groups);
    }

    [Fact]
    public async Task Submit_MoreThanAGroupTakes_TheRestGoesWithTheNext()
    {
        var hold = mesh.Store.HoldNextCommit();
        var first = mesh.DoAsync(Commands.Push("first"));
        await hold.Reached;
        var queued = Enumerable.Range(0, 1100).Select(number => mesh.DoAsync(Commands.Push($"{number}"))).ToList();
        hold.Release();

        await Task.WhenAll(queued.Append(first));
        Assert.Equal([1, 512, 512, 76], mesh.Store.Groups);
        LogAudit.Verify(mesh.Store);
    }

    [Fact]
    public async Task Submit_MoreBytesThanMayWait_IsRefusedUntilTheGroupHasEnded()
    {
        var budget = new QueueBudget(maxBytesPerUser: 100_000, maxBytes: 150_000);
        var limits = TestMesh.Limits with { Queues = budget };
        var (alice, bob) = (new TestMesh(limits), new TestMesh(limits));
        var large = $"\"{new string('x', 20_000)}\"";
        var holds = new[] { alice, bob }.Select(user => user.Store.HoldNextCommit()).ToArray();

        // Alone in its queue, even a command beyond the bound is carried out.
        var huge = alice.DoAsync(Commands.Push("huge", $"\"{new string('x', 60_000)}\""));
        var refused = await Assert.ThrowsAsync<MeshException>(() => alice.DoAsync(Commands.Push("k")));
        Assert.Equal(ErrorReason.RateLimited, refused.Reason);
        Assert.Equal("100000", refused.Metadata["limit"]);
        Assert.NotNull(refused.RetryAfter);

        // The server's bound, for all users.
        await holds[0].Reached;
        var full = await Assert.ThrowsAsync<MeshException>(() => bob.DoAsync(Commands.Push("k", large)));
        Assert.Equal(ErrorReason.StoreBusy, full.Reason);
        Assert.NotNull(full.RetryAfter);
        var small = bob.DoAsync(Commands.Push("small"));

        foreach (var hold in holds)
        {
            hold.Release();
        }

        await Task.WhenAll(huge, small);
        await MeshInside.SettleAsync(alice.Mesh);
        Assert.Equal(2, (await bob.DoAsync(Commands.Push("again", large))).Position.Revision);
        Assert.Equal(2, (await alice.DoAsync(Commands.Push("k"))).Position.Revision);
        await MeshInside.SettleAsync(alice.Mesh);
        await MeshInside.SettleAsync(bob.Mesh);
        Assert.Equal(0, budget.Bytes);
    }

    [Fact]
    public async Task Submit_MoreBytesThanAGroupTakes_TheRestGoesWithTheNext()
    {
        var hold = mesh.Store.HoldNextCommit();
        var first = mesh.DoAsync(Commands.Push("first"));
        await hold.Reached;
        var large = $"\"{new string('x', (1024 * 1024) - 2)}\"";
        var queued = Enumerable.Range(0, 20).Select(number => mesh.DoAsync(Commands.Push($"{number}", large))).ToList();
        hold.Release();

        await Task.WhenAll(queued.Append(first));
        Assert.Equal([1, 8, 8, 4], mesh.Store.Groups);
    }

    [Fact]
    public async Task Submit_CallersGiveUp_TheirBytesAreFreed()
    {
        var budget = new QueueBudget(long.MaxValue, long.MaxValue);
        var counted = new TestMesh(TestMesh.Limits with { Queues = budget });
        var hold = counted.Store.HoldNextCommit();
        var first = counted.DoAsync(Commands.Push("first"));
        await hold.Reached;
        using var cancelled = new CancellationTokenSource();
        var given = counted.Mesh.SubmitAsync(Commands.Push("k"), cancelled.Token);
        await cancelled.CancelAsync();
        hold.Release();

        await first;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await MeshInside.SettleAsync(counted.Mesh);
        Assert.Equal(0, budget.Bytes);
    }

    [Fact]
    public async Task Submit_OneOfAGroupRefused_TheOthersAreCommitted()
    {
        await mesh.DoAsync(Commands.Push("k"));
        var hold = mesh.Store.HoldNextTurn();
        var before = mesh.DoAsync(Commands.Push("a"));
        var refused = mesh.DoAsync(Commands.Push("k", ifRevision: 0));
        var after = mesh.DoAsync(Commands.Push("b"));
        hold.Release();

        Assert.Equal(2, (await before).Position.Revision);
        Assert.Equal(ErrorReason.KeyExists, (await Assert.ThrowsAsync<MeshException>(() => refused)).Reason);
        Assert.Equal(3, (await after).Position.Revision);
        Assert.Equal([1, 2], mesh.Store.Groups);
    }

    [Fact]
    public async Task Submit_AllOfAGroupRefused_NothingIsCommitted()
    {
        await mesh.RefusedAsync(ErrorReason.RevisionMismatch, Commands.Push("k", ifRevision: 1));

        Assert.Empty(mesh.Store.Groups);
    }

    [Fact]
    public async Task Submit_CommitIsHeld_IsNeitherAcknowledgedNorVisible()
    {
        var hold = mesh.Store.HoldNextCommit();
        var push = mesh.DoAsync(Commands.Push("k"));
        await hold.Reached;

        Assert.False(push.IsCompleted);
        Assert.Null(mesh.Get("k"));
        Assert.Equal(0, mesh.View(null).Position.Revision);

        hold.Release();
        await push;
        Assert.Equal("1", mesh.Get("k"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Read_WhileACommitIsHeld_AnswersAtOnceFromTheStateBefore()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "t"), Commands.Push("k", "1", topics: ["t"]));
        var hold = mesh.Store.HoldNextCommit();
        var push = mesh.DoAsync(Commands.Push("k", "2", topics: ["u"]));
        await hold.Reached;

        // While the writer is stuck. A caller that took its lock would wait forever.
        await Task.Run(
            () =>
            {
                Assert.Equal("1", mesh.Get("k", by: "ann"));
                Assert.Equal(["k"], mesh.Keys());
                Assert.Equal(["t"], mesh.Topics());
                Assert.Equal(1, mesh.Count().Active);
                Assert.Equal(2, mesh.View(null).Position.Revision);
            },
            TestContext.Current.CancellationToken);
        Assert.False(push.IsCompleted);

        hold.Release();
        await push;
        Assert.Null(mesh.Get("k", by: "ann"));
    }

    [Fact]
    public async Task Acknowledgement_OfAnyOfALargeGroup_ComesAfterTheStateIsVisible()
    {
        // The first command is acknowledged long before the last. A writer that acknowledges before it publishes is caught here.
        for (var round = 0; round < 20; round++)
        {
            var hold = mesh.Store.HoldNextTurn();
            var commands = Enumerable.Range(0, 500).Select(number => mesh.DoAsync(Commands.Push($"{number}", $"{round}"))).ToList();
            var seen = Task.Factory.StartNew(
                () =>
                {
                    while (!commands[0].IsCompleted)
                    {
                        Thread.SpinWait(1);
                    }

                    return mesh.Get("499");
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            hold.Release();

            Assert.Equal($"{round}", await seen);
            await Task.WhenAll(commands);
        }
    }

    [Fact]
    public async Task Answer_OfALargeGroup_LetsThirtyTwoCallersGoOnAtATime()
    {
        const int Callers = 80;
        const int AtOnce = 32;
        var hold = mesh.Store.HoldNextCommit();
        var first = mesh.DoAsync(Commands.Push("first"));
        await hold.Reached;
        var commands = Enumerable.Range(0, Callers).Select(number => mesh.DoAsync(Commands.Push($"{number}"))).ToList();

        // How many callers behind it in its batch have no answer yet when a caller goes on.
        var waiting = commands.ConvertAll(command => command.ContinueWith(
            done =>
            {
                var own = commands.IndexOf(done);
                return commands.Take(((own / AtOnce) + 1) * AtOnce).Skip(own + 1).Count(other => !other.IsCompleted);
            },
            TestContext.Current.CancellationToken, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default));
        hold.Release();

        await first;
        Assert.Equal(
            Enumerable.Range(0, Callers).Select(own => Math.Min(((own / AtOnce) + 1) * AtOnce, Callers) - own - 1),
            await Task.WhenAll(waiting));
    }

    [Fact]
    public async Task Submit_ManyConcurrentWriters_LoseNothingAndReadTheirOwnWrites()
    {
        const int Writers = 32;
        const int Pushes = 100;
        mesh.Store.AroundCommit = async commit =>
        {
            await Task.Yield();
            await commit();
        };

        var revisions = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var mine = new List<long>();
            for (var push = 0; push < Pushes; push++)
            {
                var result = await mesh.DoAsync(Commands.Push($"{writer}/{push}", $"{push}", by: $"agent{writer}"));
                Assert.Equal($"{push}", mesh.Get($"{writer}/{push}"));
                Assert.Equal(result.Position.Revision, mesh.RevisionOf($"{writer}/{push}"));
                mine.Add(result.Position.Revision);
            }
            return mine;
        })));

        Assert.All(revisions, mine => Assert.Equal(mine.Order(), mine));
        Assert.Equal(Enumerable.Range(1, Writers * Pushes).Select(number => (long)number), revisions.SelectMany(mine => mine).Order());
        Assert.Equal(Writers * Pushes, mesh.Count().Active);
        LogAudit.Verify(mesh.Store);
        Assert.Equal(StateText.OfStore(mesh.Store), StateText.Of(mesh.Mesh));
    }

    [Fact]
    public async Task Submit_ManyCountersByGuard_EachIncrementCountsOnce()
    {
        await mesh.DoAsync(Commands.Push("n", "0"));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < 50;)
            {
                var item = mesh.Item("n");
                var next = int.Parse(item.ValueJson, null) + 1;
                try
                {
                    await mesh.DoAsync(Commands.Push("n", $"{next}", ifRevision: item.Place.Revision));
                    done++;
                }
                catch (MeshException refusal) when (refusal.Reason == ErrorReason.RevisionMismatch)
                {
                }
            }
        })));

        Assert.Equal("400", mesh.Get("n"));
        Assert.Equal(401, mesh.View(null).Position.Revision);
    }

    [Fact(Timeout = 120_000)]
    public async Task Submit_AtTheMomentWhenTheWriterGoesToRest_IsNotForgotten()
    {
        // Each command comes when the one before was just acknowledged: the writer is about to find its queue empty and to rest.
        var done = 0;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(writer => Task.Factory.StartNew(
            () =>
            {
                for (var push = 0; push < 100_000; push++)
                {
                    var command = mesh.DoAsync(Commands.Remove($"{writer}"));
                    while (!command.IsCompleted)
                    {
                        Thread.SpinWait(1);
                    }

                    Interlocked.Increment(ref done);
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal(200_000, done);
    }
}
