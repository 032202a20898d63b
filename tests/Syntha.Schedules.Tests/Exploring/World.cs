using Microsoft.Extensions.Logging.Abstractions;
using Syntha.Schedules.Scheduling;

namespace Syntha.Schedules.Exploring;

/// <summary>
/// One user's stores and the nodes that serve them, as the seed makes them. Every step of a store is one of the schedule.
/// </summary>
internal sealed class World
{
    public static readonly string[] Keys = ["a", "b"];
    public static readonly UserId User = UserIdRule.Default.Parse("u");
    public static readonly DateTimeOffset Start = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    public static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan PurgeInterval = TimeSpan.FromMinutes(4);

    private readonly int faults;
    private bool isStill;

    public World(Scheduler scheduler, Meetings meetings)
    {
        (Scheduler, Meetings) = (scheduler, meetings);
        faults = scheduler.Choose(3) == 0 ? 12 : 0;
        Stores = new(Time) { IsShared = scheduler.Choose(2) == 0, Made = Step };
        Limits = new(scheduler.Choose(3) == 0 ? 1 : long.MaxValue, IdleTime, PurgeInterval)
        {
            Log = new(Pick(1, 3, 1_000), LogLimits.MostBytes, scheduler.Choose(4) == 0 ? TimeSpan.FromMinutes(1) : TimeSpan.FromDays(1)),
            Feeds = new() { RecentCommands = Pick(1, 2, 1_024), PageChanges = Pick(1, 2, 1_000) },
        };
        for (var node = 0; node < (Stores.IsShared ? 2 : 1); node++)
        {
            Nodes.Add(new(Stores, Limits, new(UserQuotas.Default), Time, NullLogger<MeshRegistry>.Instance, _ => Replaced()));
        }
    }

    public override string ToString() => $"{Nodes.Count} nodes, {Limits}, faults {faults}";

    public Scheduler Scheduler { get; }

    public Meetings Meetings { get; }

    public Journal Journal { get; } = new();

    public ScheduledTime Time { get; } = new(Start);

    public MemoryStores Stores { get; }

    public MeshLimits Limits { get; }

    public List<MeshRegistry> Nodes { get; } = [];

    /// <summary>Whether a store has failed. Then some things come late.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Whether a mesh may have left memory for another cause than an eviction.</summary>
    public bool WasReplaced { get; private set; }

    public MeshRegistry AnyNode() => Nodes[Scheduler.Choose(Nodes.Count)];

    public int Pick(params int[] from) => from[Scheduler.Choose(from.Length)];

    /// <summary>A caller's patience. In some schedules it ends at some time, which may be after the call.</summary>
    public CancellationTokenSource GiveUpAtTimes(CancellationToken stopping)
    {
        var giving = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        if (Scheduler.Choose(8) == 0)
        {
            Scheduler.Post("gives up", () =>
            {
                Meetings.Happen(Phase.Cancel);
                Scheduler.Cancel(giving);
            });
        }

        return giving;
    }

    /// <summary>No store fails from now on.</summary>
    public void Calm() => isStill = true;

    /// <summary>Tells the nodes that the store has moved, each at some time.</summary>
    public void Announce(MemoryStore store)
    {
        if (Stores.IsShared)
        {
            Scheduler.Post("announce", () =>
            {
                Meetings.Happen(Phase.Announce);
                store.Announce();
            });
        }
    }

    private void Replaced()
    {
        WasReplaced = true;
        Meetings.Happen(Phase.Retire);
    }

    private void Step(MemoryStore store)
    {
        Journal.Made(store);
        store.AroundTurn = work => InTurnAsync(work);
        store.AroundCommit = commit => CommitAsync(store, commit);
        store.AroundTrim = trim => TrimAsync(trim);
        store.BeforeRead = () => BeginAsync(Phase.Read);
        store.AfterRead = () => EndAsync(Phase.Read);
        // The poll, which tells a new watch of what came between the load and its beginning.
        store.AfterWatch = () => Announce(store);
        store.BeforeHead = () => BeginAsync(Phase.Head, alone: true);
        store.BeforeLoad = () =>
        {
            if (!WasReplaced && !HasFailed && store.Loads >= Nodes.Count)
            {
                Meetings.Happen(Phase.Evict);
            }

            return BeginAsync(Phase.Load);
        };
        store.AfterLoad = () => EndAsync(Phase.Load);
    }

    private async Task InTurnAsync(Func<Task> work)
    {
        await Scheduler.StepAsync("turn");
        MayFail(ErrorReason.StoreBusy);
        Meetings.Begin(Phase.Turn);
        try
        {
            await work();
        }
        finally
        {
            Meetings.End(Phase.Turn);
        }

        await Scheduler.StepAsync("turn ends");
    }

    private async ValueTask CommitAsync(MemoryStore store, Func<ValueTask> commit)
    {
        Meetings.Begin(Phase.Commit);
        try
        {
            await Scheduler.StepAsync("commits");
            MayFail(ErrorReason.StoreFull, ErrorReason.StoreDown);
            var (before, oldest) = (store.Log.Length, store.Oldest);
            await commit();
            Journal.Wrote(store, before, oldest);
            if (store.Log[^1].Origin == CommandOrigin.Expiry)
            {
                Meetings.Happen(Phase.Expire);
            }

            Announce(store);
            await Scheduler.StepAsync("has committed");
            MayFail(ErrorReason.StoreDown);
        }
        finally
        {
            Meetings.End(Phase.Commit);
        }
    }

    private async ValueTask<LogTrim> TrimAsync(Func<ValueTask<LogTrim>> trim)
    {
        Meetings.Begin(Phase.Trim);
        await Scheduler.StepAsync("trims");
        try
        {
            MayFail(ErrorReason.StoreBusy);
            var trimmed = await trim();
            await Scheduler.StepAsync("has trimmed");
            return trimmed;
        }
        finally
        {
            Meetings.End(Phase.Trim);
        }
    }

    private async ValueTask BeginAsync(Phase phase, bool alone = false)
    {
        Meetings.Begin(phase);
        try
        {
            await Scheduler.StepAsync($"{phase}");
            MayFail(ErrorReason.StoreDown);
        }
        catch
        {
            Meetings.End(phase);
            throw;
        }
        if (alone)
        {
            Meetings.End(phase);
        }
    }

    private async ValueTask EndAsync(Phase phase)
    {
        await Scheduler.StepAsync($"{phase} ends");
        Meetings.End(phase);
    }

    private void MayFail(params ErrorReason[] reasons)
    {
        if (faults == 0 || isStill || Scheduler.Choose(faults) != 0)
        {
            return;
        }

        HasFailed = true;
        Meetings.Happen(Phase.Fault);
        var reason = reasons[Scheduler.Choose(reasons.Length)];
        Scheduler.Note($"  the store fails: {reason}");
        throw new MeshException(reason, "The schedule has the store fail.");
    }
}
