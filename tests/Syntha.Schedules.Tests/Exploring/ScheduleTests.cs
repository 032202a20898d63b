using System.Globalization;
using Syntha.Schedules.Scheduling;

namespace Syntha.Schedules.Exploring;

/// <summary>
/// The serving of a mesh keeps its promises in every order of steps that is tried. SYNTHA_SCHEDULES says how many are tried, and
/// SYNTHA_SCHEDULE_SEED runs one of them alone.
/// </summary>
/// <remarks>
/// The scheduler decides, by the seed: which continuation, timer, work item or turn of costly work goes on next; which caller begins; at
/// which lock, Interlocked or Volatile operation, look at the clock, queue or table of meshes a step stops, and who goes on meanwhile; when
/// the store is slow, refuses or fails; and the time. It does not decide what a processor reorders, because in a schedule one thread goes
/// on at a time. Nor does it stop a step between two uses of plain or volatile fields with nothing of that list between them. The callbacks
/// of a cancellation are not stopped either. The store is the tests' own, and stops at its awaits only.
/// </remarks>
public sealed class ScheduleTests(ITestOutputHelper output)
{
    private static readonly long Count = Setting("SYNTHA_SCHEDULES") ?? 10_000;
    private static readonly long? Only = Setting("SYNTHA_SCHEDULE_SEED");

    // What the schedules must meet at least once, or they have gone blind: the first begins while the second is under way.
    private static readonly (Phase Began, Phase Within)[] Wanted =
    [
        (Phase.Erase, Phase.Commit), (Phase.Erase, Phase.Turn), (Phase.Erase, Phase.Load), (Phase.Erase, Phase.Lease),
        (Phase.Erase, Phase.Read), (Phase.Erase, Phase.Trim), (Phase.Erase, Phase.Wait), (Phase.Erase, Phase.Snapshot),
        (Phase.Load, Phase.Erase), (Phase.Commit, Phase.Erase), (Phase.Trim, Phase.Erase), (Phase.Snapshot, Phase.Erase),
        (Phase.Renew, Phase.Commit), (Phase.Renew, Phase.Load), (Phase.Renew, Phase.Wait), (Phase.Renew, Phase.Erase),
        (Phase.Retire, Phase.Commit), (Phase.Retire, Phase.Read), (Phase.Retire, Phase.Wait), (Phase.Retire, Phase.Snapshot),
        (Phase.Retire, Phase.Trim), (Phase.Retire, Phase.Head), (Phase.Retire, Phase.Lease),
        (Phase.Trim, Phase.Read), (Phase.Trim, Phase.Wait), (Phase.Trim, Phase.Snapshot), (Phase.Read, Phase.Trim),
        (Phase.Head, Phase.Trim),
        (Phase.Evict, Phase.Lease), (Phase.Evict, Phase.Write), (Phase.Turn, Phase.Turn), (Phase.Read, Phase.Commit),
        (Phase.Head, Phase.Commit), (Phase.Announce, Phase.Commit), (Phase.Announce, Phase.Head), (Phase.Announce, Phase.Read),
        (Phase.Announce, Phase.Turn), (Phase.Snapshot, Phase.Commit), (Phase.Load, Phase.Load), (Phase.Load, Phase.Commit),
        (Phase.Expire, Phase.Write), (Phase.Expire, Phase.Read), (Phase.Expire, Phase.Snapshot), (Phase.Expire, Phase.Erase),
        (Phase.Cancel, Phase.Commit), (Phase.Cancel, Phase.Load), (Phase.Cancel, Phase.Turn), (Phase.Cancel, Phase.Erase),
        (Phase.Fault, Phase.Commit), (Phase.Fault, Phase.Read), (Phase.Fault, Phase.Erase), (Phase.Fault, Phase.Wait),
        (Phase.Fault, Phase.Snapshot), (Phase.Fault, Phase.Load), (Phase.Fault, Phase.Trim),
    ];

    [Fact]
    public async Task Schedules_OfManySeeds_KeepEveryPromise()
    {
        // A core is enough for a test. The soak takes them all.
        var explorers = Count > 100_000 ? Environment.ProcessorCount : 1;
        var all = await Task.WhenAll(Enumerable.Range(0, explorers).Select(explorer => Task.Factory.StartNew(
            () => Explore(explorer, explorers),
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        var met = new Meetings();
        foreach (var explored in all)
        {
            met.Add(explored.Meetings);
        }

        output.WriteLine(
            $"{all.Sum(explored => explored.Schedules)} schedules, {all.Sum(explored => explored.Steps)} steps, " +
            $"{all.Sum(explored => explored.Stops)} stops within a step");
        output.WriteLine(met.ToString());
        if (Only is null && Count >= 10_000)
        {
            Assert.DoesNotContain(Wanted, pair => met.Count(pair.Began, pair.Within) == 0);
        }
    }

    private static Explored Explore(int explorer, int explorers)
    {
        using var crew = new Crew();
        var (main, meetings, schedules, steps, stops) = (new Worker(crew, isThisThread: true), new Meetings(), 0L, 0L, 0L);
        var (first, last) = Only is { } only ? (only, only) : (1 + explorer, Count);
        for (var seed = first; seed <= last; seed += explorers)
        {
            var course = Schedule.Run(seed, crew, main, meetings);
            (schedules, steps, stops) = (schedules + 1, steps + course.Steps, stops + course.Stops);
            if (course.Failure is { } failure)
            {
                Report(seed, failure, crew, main);
            }
        }
        return new(schedules, steps, stops, meetings);
    }

    // A second run of the same seed takes the same way, so only that one writes down its steps.
    private static void Report(long seed, Exception failure, Crew crew, Worker main)
    {
        var trace = new List<string>();
        var again = Schedule.Run(seed, crew, main, new(), trace);
        Assert.Fail($"""
            Schedule {seed} failed: {failure}
            Run it alone with SYNTHA_SCHEDULE_SEED={seed}. A second run of it says: {again.Failure?.Message ?? "nothing"}
            Its steps:
            {string.Join('\n', trace)}
            """);
    }

    private static long? Setting(string name) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    private sealed record Explored(long Schedules, long Steps, long Stops, Meetings Meetings);
}
