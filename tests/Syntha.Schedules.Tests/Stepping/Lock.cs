using Syntha.Schedules.Scheduling;

namespace System.Threading;

/// <summary>
/// A lock that the scheduler knows: a step that finds it taken stops, and others go on. The compiler takes a type of this name for the
/// framework's, and each lock statement calls <see cref="EnterScope"/>. Reentrant, as the framework's.
/// </summary>
internal sealed class Lock
{
    private readonly List<Worker> waiting = [];
    private Thread? holder;
    private int depth;

    public Scope EnterScope()
    {
        Enter();
        return new(this);
    }

    public void Enter()
    {
        Scheduler.Point();
        while (!TryTake())
        {
            Scheduler.Current!.Block(waiting);
        }

        Scheduler.Point();
    }

    public bool TryEnter()
    {
        Scheduler.Point();
        return TryTake();
    }

    public void Exit()
    {
        if (--depth == 0)
        {
            holder = null;
            Scheduler.Current?.Unblock(waiting);
            Scheduler.Point();
        }
    }

    private bool TryTake()
    {
        if (holder is not null && holder != Thread.CurrentThread)
        {
            return false;
        }

        holder = Thread.CurrentThread;
        depth++;
        return true;
    }

    public readonly ref struct Scope(Lock held)
    {
        public void Dispose() => held.Exit();
    }
}
