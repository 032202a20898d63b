using Syntha.Schedules.Scheduling;

namespace Syntha.Mesh;

/// <summary>
/// Completes its task in a step of its own, if continuations must not run where it is completed. The framework's hands some of these
/// continuations to the pool, where no scheduler would find them.
/// </summary>
internal class TaskCompletionSource<TResult>(TaskCreationOptions options)
{
    private readonly System.Threading.Tasks.TaskCompletionSource<TResult> inner = new();
    private bool isComplete;

    public Task<TResult> Task => inner.Task;

    public bool TrySetResult(TResult result) => TryComplete(() => inner.SetResult(result));

    public bool TrySetException(Exception failure) => TryComplete(() => inner.SetException(failure));

    public bool TrySetCanceled(CancellationToken cancellationToken) => TryComplete(() => inner.SetCanceled(cancellationToken));

    public void SetResult(TResult result) => Demand(TrySetResult(result));

    public void SetException(Exception failure) => Demand(TrySetException(failure));

    private static void Demand(bool isFirst)
    {
        if (!isFirst)
        {
            throw new InvalidOperationException("The task is complete.");
        }
    }

    private bool TryComplete(Action complete)
    {
        Scheduler.Point();
        if (isComplete)
        {
            return false;
        }

        isComplete = true;
        if (options.HasFlag(TaskCreationOptions.RunContinuationsAsynchronously) && Scheduler.Current is { } scheduler)
        {
            scheduler.Post("completes", complete);
        }
        else
        {
            complete();
        }

        return true;
    }
}

/// <inheritdoc cref="TaskCompletionSource{TResult}"/>
internal sealed class TaskCompletionSource(TaskCreationOptions options) : TaskCompletionSource<bool>(options)
{
    public TaskCompletionSource()
        : this(TaskCreationOptions.None)
    {
    }

    public new Task Task => base.Task;

    public bool TrySetResult() => TrySetResult(true);

    public void SetResult() => SetResult(true);
}

/// <summary>An await that the serving does not bind to a context is bound to the schedule.</summary>
internal static class ConfigureAwaitOptions
{
    public const System.Threading.Tasks.ConfigureAwaitOptions SuppressThrowing =
        System.Threading.Tasks.ConfigureAwaitOptions.SuppressThrowing |
        System.Threading.Tasks.ConfigureAwaitOptions.ContinueOnCapturedContext;
}

/// <summary>Each work item is a step.</summary>
internal static class ThreadPool
{
    public static void UnsafeQueueUserWorkItem<TState>(Action<TState> work, TState state, bool preferLocal)
    {
        _ = preferLocal;
        Scheduler.Current!.Post("pool", () => work(state));
    }
}

/// <summary>A semaphore that is awaited. Who waits goes on in a step of its own.</summary>
internal sealed class SemaphoreSlim(int initialCount, int maxCount)
{
    private readonly Queue<TaskCompletionSource> waiting = new();
    private int count = initialCount;

    public async Task WaitAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Scheduler.Point();
        if (count > 0)
        {
            count--;
            return;
        }

        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.Enqueue(turn);
        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn);
        await turn.Task;
    }

    public void Release()
    {
        Scheduler.Point();
        while (waiting.TryDequeue(out var next))
        {
            if (next.TrySetResult())
            {
                return;
            }
        }
        count++;
        if (count > maxCount)
        {
            throw new InvalidOperationException("The semaphore is released once too often.");
        }
    }
}

/// <summary>The value is made once. Who comes meanwhile waits for a lock that the scheduler knows.</summary>
internal sealed class Lazy<T>(Func<T> make)
{
    private readonly Lock making = new();
    private bool isMade;
    private T value = default!;

    public T Value
    {
        get
        {
            if (!isMade)
            {
                lock (making)
                {
                    if (!isMade)
                    {
                        value = make();
                        isMade = true;
                    }
                }
            }
            return value;
        }
    }
}
