using System.Diagnostics.CodeAnalysis;

namespace Syntha.Schedules.Scheduling;

/// <summary>
/// A thread that steps run on. Of all workers of a schedule one goes on and the others wait, so nothing that they share needs a lock. There
/// is more than one, because a step that stops in the middle keeps its stack.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless one is asked for.")]
internal sealed class Worker
{
    [ThreadStatic]
    private static Worker? OfThread;

    private readonly SemaphoreSlim baton = new(0);
    private readonly Crew crew;

    /// <param name="crew">Where it waits for work.</param>
    /// <param name="isThisThread">Whether it is the thread that begins a schedule, and no new one.</param>
    public Worker(Crew crew, bool isThisThread)
    {
        this.crew = crew;
        if (isThisThread)
        {
            OfThread = this;
        }
        else
        {
            // Not with a small stack: the framework hands continuations to the pool when little of the stack is left.
            new Thread(Serve) { IsBackground = true, Name = "Syntha schedule" }.Start();
        }
    }

    /// <summary>The worker of this thread. Null: the thread belongs to no schedule.</summary>
    public static Worker? Here => OfThread;

    /// <summary>The schedule that it belongs to now.</summary>
    public Scheduler? Scheduler { get; private set; }

    /// <summary>The step that it begins with.</summary>
    public Step? First { get; set; }

    /// <summary>The step that it is in, for the trace.</summary>
    public string? Doing { get; set; }

    /// <summary>Makes it this schedule's. To be called on any thread while the worker waits, or on its own.</summary>
    public void Join(Scheduler? scheduler) => Scheduler = scheduler;

    public void Wake() => baton.Release();

    /// <summary>Waits for the baton.</summary>
    public void Wait()
    {
        baton.Wait();
        SynchronizationContext.SetSynchronizationContext(Scheduler);
    }

    private void Serve()
    {
        OfThread = this;
        while (true)
        {
            Wait();
            if (crew.IsDismissed)
            {
                return;
            }

            Scheduler!.Serve(this);
        }
    }
}

/// <summary>The workers without work. Kept from one schedule to the next, because a new thread costs more than a schedule.</summary>
internal sealed class Crew : IDisposable
{
    private readonly Stack<Worker> idle = new();

    public bool IsDismissed { get; private set; }

    public Worker Take(Scheduler scheduler)
    {
        var worker = idle.Count > 0 ? idle.Pop() : new(this, isThisThread: false);
        worker.Join(scheduler);
        return worker;
    }

    public void Return(Worker worker) => idle.Push(worker);

    public void Dispose()
    {
        IsDismissed = true;
        foreach (var worker in idle)
        {
            worker.Wake();
        }
    }
}
