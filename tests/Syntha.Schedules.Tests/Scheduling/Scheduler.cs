namespace Syntha.Schedules.Scheduling;

/// <summary>
/// Runs one schedule: every continuation, timer and posted work item of the code under test becomes a step, and the seed decides which step
/// goes on next. A step also stops at its points, which are the uses of locks and of shared fields, and others go on meanwhile. One thread
/// goes on at a time, so the same seed gives the same schedule.
/// </summary>
internal sealed class Scheduler : SynchronizationContext
{
    private const int MaxSteps = 50_000;
    private const int MaxPoints = 1_000_000;

    private readonly List<Step> ready = [];
    private readonly Crew crew;
    private readonly Worker main;
    private readonly Func<bool> quiet;
    private readonly List<string>? trace;
    private readonly int stopping;
    private readonly int manner;
    private ulong choices;
    private bool isOver;
    private int blocked;
    private int points;
    private volatile string? stranger;
    private int whole;

    /// <param name="seed">Decides everything.</param>
    /// <param name="crew">The threads.</param>
    /// <param name="main">The thread that calls <see cref="Run"/>.</param>
    /// <param name="quiet">Called when no step is left. False: the schedule is over.</param>
    /// <param name="trace">Receives what was done. Null: nobody looks at it.</param>
    public Scheduler(long seed, Crew crew, Worker main, Func<bool> quiet, List<string>? trace)
    {
        (this.crew, this.main, this.quiet, this.trace) = (crew, main, quiet, trace);
        choices = ((ulong)seed * 0x9E3779B97F4A7C15) + 0xD1B54A32D192ED03;
        // Some schedules stop nowhere but at awaits, some often. In some the newest step tends to go first, in some the oldest.
        stopping = Choose(5) switch { 0 => 0, 1 => 1 << 8, 2 => 1 << 10, 3 => 1 << 12, _ => 1 << 13 };
        manner = Choose(4);
    }

    /// <summary>The schedule of this thread. Null: there is none, and nothing waits.</summary>
    public static new Scheduler? Current => Worker.Here?.Scheduler;

    /// <summary>Why the schedule failed. Null: it did not.</summary>
    public Exception? Failure { get; private set; }

    public int Steps { get; private set; }

    /// <summary>How often a step was stopped in the middle.</summary>
    public int Stops { get; private set; }

    /// <summary>A point at which the step that runs may stop, and others go on.</summary>
    public static void Point() => Current?.MayStop();

    /// <summary>Goes on as a step of its own.</summary>
    public static StepAwaitable StepAsync(string kind) => new(kind);

    /// <summary>A number from 0 to below the limit, by the seed.</summary>
    public int Choose(int below)
    {
        choices ^= choices >> 12;
        choices ^= choices << 25;
        choices ^= choices >> 27;
        return (int)(((choices * 0x2545F4914F6CDD1D) >> 33) % (ulong)below);
    }

    /// <summary>Runs the schedule on this thread and the crew's, until nothing is left to do.</summary>
    public void Run(Action begin)
    {
        main.Join(this);
        var before = SynchronizationContext.Current;
        SetSynchronizationContext(this);
        try
        {
            begin();
            // Who ends the schedule wakes this thread once, also when it has not begun to wait. A wake that is left over would have two
            // threads go on in the next schedule.
            var isEnded = Serve(main);
            while (!isEnded)
            {
                main.Wait();
                isEnded = isOver || Serve(main);
            }
        }
        finally
        {
            main.Join(null);
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Worker.Here?.Scheduler == this)
        {
            ready.Add(new("goes on", d, state, null));
        }
        else
        {
            // It came at a time that no seed decides. So something of the framework is missing in the folder Stepping.
            stranger = $"A continuation came from a thread that is not the schedule's: {Environment.StackTrace}";
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("No thread waits for another.");

    public void Post(string kind, Action work) => ready.Add(new(kind, static state => ((Action)state!)(), work, null));

    /// <summary>Ends the schedule as failed, when the step that runs has ended.</summary>
    public void Fail(Exception failure) => Failure ??= failure;

    /// <summary>
    /// Cancels. What waits for it goes on in steps of its own. The callbacks are not stopped: the thread that disposes of a registration
    /// meanwhile waits for the callback on a real thread.
    /// </summary>
    public void Cancel(CancellationTokenSource source)
    {
        whole++;
        SetSynchronizationContext(null);
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // What would have been cancelled is over.
        }
        finally
        {
            SetSynchronizationContext(this);
            whole--;
        }
    }

    /// <summary>The step does not stop until this is disposed of.</summary>
    public static Hold Whole() => new(Current);

    /// <summary>Notes something in the trace.</summary>
    public void Note(string text) => trace?.Add(text);

    /// <summary>Lets others go on, because this step cannot before they did.</summary>
    public void GiveWay()
    {
        if (Steps++ > MaxSteps)
        {
            Fail(new InvalidOperationException("A thread spins and nothing ends it."));
        }

        DemandGoing();
        var self = Worker.Here!;
        ready.Add(new("spins on", null, null, self));
        PassOn(self, Take());
    }

    /// <summary>Stops until <see cref="Unblock"/>.</summary>
    public void Block(List<Worker> waiting)
    {
        DemandGoing();
        var self = Worker.Here!;
        waiting.Add(self);
        blocked++;
        trace?.Add("  waits for a lock");
        PassOn(self, ready.Count > 0 ? Take() : null);
    }

    public void Unblock(List<Worker> waiting)
    {
        foreach (var worker in waiting)
        {
            blocked--;
            ready.Add(new("takes the lock", null, null, worker));
        }
        waiting.Clear();
    }

    /// <summary>The loop of a worker that has the baton and no step of its own.</summary>
    /// <returns>True: it has ended the schedule. False: it has passed the baton on.</returns>
    public bool Serve(Worker self)
    {
        if (self.First is { } first)
        {
            self.First = null;
            RunStep(first);
        }

        while (Failure is null && HasStep())
        {
            var step = Take();
            if (step.Resumes is { } other)
            {
                Rest(self);
                other.Wake();
                return false;
            }

            RunStep(step);
        }
        isOver = true;
        if (self != main)
        {
            crew.Return(self);
            main.Wake();
        }

        return true;
    }

    public readonly struct Hold : IDisposable
    {
        private readonly Scheduler? scheduler;

        public Hold(Scheduler? scheduler)
        {
            this.scheduler = scheduler;
            if (scheduler is not null)
            {
                scheduler.whole++;
            }
        }

        public void Dispose()
        {
            if (scheduler is not null)
            {
                scheduler.whole--;
            }
        }
    }

    private bool HasStep()
    {
        try
        {
            if (stranger is not null)
            {
                throw new InvalidOperationException(stranger);
            }

            while (ready.Count == 0)
            {
                if (blocked > 0)
                {
                    throw new InvalidOperationException("Threads wait for locks that nobody lets go of.");
                }

                using (Whole())
                {
                    if (!quiet())
                    {
                        return false;
                    }
                }
            }
            return true;
        }
        catch (Exception failure)
        {
            Fail(failure);
            return false;
        }
    }

    // The main thread waits in Run. It takes no part until the end or until its own step is resumed.
    private void Rest(Worker self)
    {
        if (self != main)
        {
            crew.Return(self);
        }
    }

    private void RunStep(Step step)
    {
        if (Steps++ > MaxSteps)
        {
            Fail(new InvalidOperationException("The schedule does not come to an end."));
            return;
        }

        if (trace is not null)
        {
            Worker.Here!.Doing = Describe(step);
            trace.Add(Worker.Here.Doing);
        }

        try
        {
            step.Call!(step.State);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private void MayStop()
    {
        // A step that goes round in a circle never comes back to the loop of steps.
        if (points++ > MaxPoints)
        {
            throw new InvalidOperationException("A step does not come to an end.");
        }

        if (stopping == 0 || whole > 0 || ready.Count == 0 || Choose(1 << 16) >= stopping)
        {
            return;
        }

        Stops++;
        var self = Worker.Here!;
        ready.Add(new("resumes", null, null, self));
        PassOn(self, Take());
    }

    private void PassOn(Worker self, Step? next)
    {
        if (next is { Resumes: { } other })
        {
            if (other == self)
            {
                return;
            }

            other.Wake();
        }
        else
        {
            var helper = crew.Take(this);
            helper.First = next;
            helper.Wake();
        }
        trace?.Add($"  stops within: {self.Doing}");
        self.Wait();
        trace?.Add($"  goes on within: {self.Doing}");
    }

    private Step Take()
    {
        var index = manner switch
        {
            0 => Choose(3) > 0 ? ready.Count - 1 : Choose(ready.Count),
            1 => Choose(3) > 0 ? 0 : Choose(ready.Count),
            _ => Choose(ready.Count),
        };
        var step = ready[index];
        ready.RemoveAt(index);
        return step;
    }

    // When the schedule has failed, what waits for others in the middle of a step is ended.
    private void DemandGoing()
    {
        if (Failure is not null)
        {
            throw new OperationCanceledException("The schedule has failed.", Failure);
        }
    }

    private static string Describe(Step step)
    {
        var what = step.State is Action { Target: { } target } ? target.GetType() : step.State?.GetType();
        // The box of an async method has the state machine as an argument, which is named after the method.
        var machine = what is { IsGenericType: true } ? what.GetGenericArguments()[^1] : what;
        return $"{step.Kind}: {machine?.DeclaringType?.Name}.{machine?.Name}";
    }
}

/// <summary>Awaited to go on as a step of its own.</summary>
internal readonly struct StepAwaitable(string kind) : System.Runtime.CompilerServices.ICriticalNotifyCompletion
{
    public bool IsCompleted => Scheduler.Current is null;

    public StepAwaitable GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) => Scheduler.Current!.Post(kind, continuation);
}
