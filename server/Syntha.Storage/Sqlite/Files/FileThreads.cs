namespace Syntha.Storage.Sqlite.Files;

/// <summary>
/// A bounded number of threads for work that blocks on files, first come, first served. So neither request threads nor the thread pool ever
/// wait for a disk. Threads are started when they are needed. Thread-safe.
/// </summary>
internal sealed class FileThreads(string name, int count) : IDisposable
{
    // Not a Lock, because the threads wait on it.
    private readonly object gate = new();
    private readonly Queue<Action> queue = [];
    private int started;
    private int waiting;
    private bool disposed;

    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    /// <summary>
    /// Runs work to its end on one thread. The work is written as asynchronous, but never waits. What the caller does next runs on the same
    /// thread, without a change of threads. So it must not block, except on files.
    /// </summary>
    public Task RunToEndAsync(Func<ValueTask> work)
    {
        var done = new TaskCompletionSource();
        Enqueue(() => _ = RunAsync(work, done));
        return done.Task;
    }

    /// <summary>Queued work is still done. New work is refused.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            Monitor.PulseAll(gate);
        }
    }

    private static async Task RunAsync(Func<ValueTask> work, TaskCompletionSource done)
    {
        try
        {
            await work();
        }
        catch (Exception exception)
        {
            done.SetException(exception);
            return;
        }
        done.SetResult();
    }

    private void Enqueue(Action work)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            queue.Enqueue(work);
            if (queue.Count > waiting && started < count)
            {
                Start();
            }
            else
            {
                Monitor.Pulse(gate);
            }
        }
    }

    private void Start()
    {
        started++;
        var thread = new Thread(Serve) { IsBackground = true, Name = $"{name} {started}" };
        thread.UnsafeStart();
    }

    private void Serve()
    {
        while (Next() is { } work)
        {
            work();
        }
    }

    private Action? Next()
    {
        lock (gate)
        {
            while (queue.Count == 0 && !disposed)
            {
                waiting++;
                Monitor.Wait(gate);
                waiting--;
            }
            return queue.TryDequeue(out var work) ? work : null;
        }
    }
}
