using System.Runtime.CompilerServices;

namespace Syntha.Mesh.Serving;

/// <summary>
/// A turn of a user's costly work, to be awaited once. It is no task, because a task that has ended before it is awaited would let the
/// caller go on where it is, outside of the turn.
/// </summary>
public sealed class WorkTurn : ICriticalNotifyCompletion
{
    private readonly CostlyWork? work;
    private readonly CancellationToken cancellationToken;
    private CancellationTokenRegistration registration;
    private Action? next;
    private int isTaken;

    internal WorkTurn(CostlyWork? work, CancellationToken cancellationToken) =>
        (this.work, this.cancellationToken) = (work, cancellationToken);

    /// <summary>For a caller that needs no turn and goes on at once.</summary>
    internal static WorkTurn None { get; } = new(null, CancellationToken.None);

    public bool IsCompleted => work is null || cancellationToken.IsCancellationRequested;

    public WorkTurn GetAwaiter() => this;

    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public void GetResult() => cancellationToken.ThrowIfCancellationRequested();

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        next = continuation;
        registration = cancellationToken.UnsafeRegister(static turn => ((WorkTurn)turn!).GiveUp(), this);
        work!.Add(this);
    }

    /// <summary>Lets the caller go on, on this thread.</summary>
    internal void Begin()
    {
        if (Interlocked.Exchange(ref isTaken, 1) == 0)
        {
            registration.Dispose();
            GoOn();
        }
    }

    // What the caller does about the cancellation must not run on the thread that cancels.
    private void GiveUp()
    {
        if (Interlocked.Exchange(ref isTaken, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static turn => turn.GoOn(), this, preferLocal: false);
        }
    }

    // A turn that was given up may stay in the line for a while. It must not hold what its caller held.
    private void GoOn()
    {
        var continuation = next!;
        next = null;
        continuation();
    }
}
