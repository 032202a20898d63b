using Syntha.Mesh.Tests.Model;
using Syntha.Schedules.Scheduling;

namespace Syntha.Schedules.Exploring;

/// <summary>One schedule: some callers, whom the seed chooses, then silence, and what must hold then.</summary>
internal sealed class Schedule
{
    private readonly Scheduler scheduler;
    private readonly World world;
    private readonly List<(string Name, Task Work)> callers = [];
    private readonly List<Follower> followers = [];
    private int silences;

    private Schedule(long seed, Crew crew, Worker main, Meetings meetings, List<string>? trace)
    {
        scheduler = new(seed, crew, main, GoOn, trace);
        meetings.Clear();
        world = new(scheduler, meetings);
    }

    /// <summary>Runs the schedule of a seed.</summary>
    /// <returns>How it went.</returns>
    public static Course Run(long seed, Crew crew, Worker main, Meetings meetings, List<string>? trace = null)
    {
        var schedule = new Schedule(seed, crew, main, meetings, trace);
        schedule.scheduler.Run(schedule.Begin);
        return new(schedule.scheduler.Failure, schedule.scheduler.Steps, schedule.scheduler.Stops);
    }

    private void Begin()
    {
        scheduler.Note($"{world}");
        for (var number = 1 + scheduler.Choose(3); number > 0; number--)
        {
            Start($"writer {number}", new Writer(world, number).RunAsync);
        }

        for (var number = scheduler.Choose(3); number > 0; number--)
        {
            var follower = new Follower(world, world.AnyNode());
            followers.Add(follower);
            Start($"follower {number}", follower.RunAsync);
        }

        StartSome(2, "reader", ReadAsync);
        StartSome(3, "eraser", EraseAsync);
        StartSome(6, "renewer", RenewAsync);
        Start("clock", PassTimeAsync);
        StartSome(3, "first look", LookAsync);
        StartSome(3, "second look", LookAsync);
    }

    private void StartSome(int oneOf, string name, Func<Task> work)
    {
        if (scheduler.Choose(oneOf) == 0)
        {
            Start(name, work);
        }
    }

    private void Start(string name, Func<Task> work) =>
        scheduler.Post($"{name} begins", () => callers.Add((name, WatchAsync(work))));

    private async Task WatchAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure)
        {
            scheduler.Fail(failure);
        }
    }

    private async Task ReadAsync()
    {
        for (var left = 2; left > 0; left--)
        {
            var promise = world.Journal.Promise();
            try
            {
                using var lease = await world.AnyNode().FindAsync(World.User, CancellationToken.None);
                if (lease.Mesh is { } mesh)
                {
                    world.Journal.Read(promise, mesh.View(null));
                }
            }
            catch (MeshException failure)
            {
                Assert.True(failure.Reason is ErrorReason.StoreDown or ErrorReason.StoreBusy && world.HasFailed, failure.ToString());
            }

            await Scheduler.StepAsync("reads again");
        }
    }

    private async Task EraseAsync()
    {
        await WaitAWhileAsync();
        world.Meetings.Begin(Phase.Erase);
        var stores = world.Journal.Stores.ToList();
        await world.AnyNode().EraseAsync(World.User, CancellationToken.None);
        world.Meetings.End(Phase.Erase);
        Assert.All(stores, store => Assert.True(store.IsErased, "The user was erased and a store of before is left."));
        world.Journal.Replaced();
        stores.ForEach(world.Announce);
    }

    private async Task RenewAsync()
    {
        await WaitAWhileAsync();
        world.Meetings.Begin(Phase.Renew);
        await world.AnyNode().RenewEpochsAsync(new Progress(), CancellationToken.None);
        world.Meetings.End(Phase.Renew);
        foreach (var store in world.Journal.Stores)
        {
            world.Announce(store);
        }

        // A node with stores of its own has retired its mesh by now. Another one hears of it.
        world.Journal.Replaced();
    }

    private async Task PassTimeAsync()
    {
        for (var left = scheduler.Choose(4); left > 0; left--)
        {
            await WaitAWhileAsync();
            world.Time.Advance(TimeSpan.FromSeconds(world.Pick(1, 4, 4, 70, 700)));
        }
    }

    // So that what happens once happens at any time of a schedule, and not only at its beginning.
    private async Task WaitAWhileAsync()
    {
        for (var left = scheduler.Choose(30); left > 0; left--)
        {
            await Scheduler.StepAsync("waits a while");
        }
    }

    private async Task LookAsync()
    {
        var giving = new CancellationTokenSource();
        try
        {
            using var lease = await world.AnyNode().OpenAsync(World.User, StoreRight.Unbound, giving.Token);
            scheduler.Post("gives up", () => scheduler.Cancel(giving));
            await lease.TurnAsync(giving.Token);
            await lease.TurnAsync(giving.Token);
        }
        catch (OperationCanceledException)
        {
        }
        catch (MeshException failure)
        {
            Assert.True(world.HasFailed, failure.ToString());
        }
    }

    // Called whenever nothing is left to do.
    private bool GoOn()
    {
        world.Calm();
        switch (silences++)
        {
            case 0:
                // What has failed is tried again after a while.
                world.Time.Advance(world.HasFailed ? TimeSpan.FromSeconds(15) : TimeSpan.Zero);
                return true;
            case 1:
                DemandSilence();
                followers.ForEach(follower => follower.Stop());
                return true;
            case 2:
                DemandAllEnded();
                // A mesh that is loaded only now may have an expiry to log first.
                Start("next reads", () => ReadAllAsync(isQuiet: false));
                return true;
            case 3:
                DemandAllEnded();
                Start("last reads", () => ReadAllAsync(isQuiet: true));
                return true;
            case 4:
                DemandAllEnded();
                world.Time.Advance(TimeSpan.FromSeconds(10));
                return true;
            case 5:
                DemandExpired();
                return true;
            case < 40:
                // In small steps: a mesh that trims its log when the timer looks at it stays in memory.
                world.Time.Advance(TimeSpan.FromMinutes(1));
                return true;
            default:
                DemandNothingLeft();
                return false;
        }
    }

    private void DemandSilence()
    {
        var stuck = callers.Where(caller => !caller.Work.IsCompleted && !caller.Name.StartsWith("follower", StringComparison.Ordinal));
        Assert.Empty(stuck.Select(caller => caller.Name));
        var store = world.Stores.All.SingleOrDefault();
        foreach (var follower in followers)
        {
            Assert.True(follower.WaitsAt is not null, "A follower does not wait, and nothing goes on.");
            Assert.Equal(new Position(store!.Epoch, store.Log.Length), follower.WaitsAt);
        }
    }

    private void DemandAllEnded() => Assert.Empty(callers.Where(caller => !caller.Work.IsCompleted).Select(caller => caller.Name));

    private async Task ReadAllAsync(bool isQuiet)
    {
        foreach (var node in world.Nodes)
        {
            var promise = world.Journal.Promise();
            using var lease = await node.FindAsync(World.User, CancellationToken.None);
            var store = world.Stores.All.SingleOrDefault();
            Assert.Equal(store is null, lease.Mesh is null);
            if (lease.Mesh is { } mesh)
            {
                Assert.True(
                    !isQuiet || mesh.State.Position == new Position(store!.Epoch, store.Log.Length),
                    "A mesh is behind, and nothing goes on.");
                world.Journal.Read(promise, mesh.View(null));
            }
        }
    }

    // Every loaded mesh has an alarm for its next deadline.
    private void DemandExpired()
    {
        foreach (var store in world.Stores.All)
        {
            Assert.DoesNotContain(store.Read().Items, item => !item.IsLive(world.Time.GetUtcNow()) && world.Nodes.Any(IsLoaded));
        }
    }

    private static bool IsLoaded(Mesh.Serving.MeshRegistry node)
    {
        var isLoaded = node.TryLease(World.User, out var lease);
        lease.Dispose();
        return isLoaded;
    }

    private void DemandNothingLeft()
    {
        DemandAllEnded();
        foreach (var node in world.Nodes)
        {
            Assert.Equal((0, 0), (node.Loaded, node.Queued));
        }

        Assert.Equal(0, world.Limits.Queues.Bytes);
        // Each registry has two of its own.
        Assert.Equal(2 * world.Nodes.Count, world.Time.Live);
        foreach (var store in world.Journal.Stores)
        {
            LogAudit.Verify(store);
        }
    }

    private sealed class Progress : IProgress<StoreCount>
    {
        public void Report(StoreCount value)
        {
        }
    }
}

/// <summary>How a schedule went.</summary>
/// <param name="Failure">Null: well.</param>
/// <param name="Steps">How many steps it had.</param>
/// <param name="Stops">How often a step was stopped in the middle.</param>
internal sealed record Course(Exception? Failure, int Steps, int Stops);
