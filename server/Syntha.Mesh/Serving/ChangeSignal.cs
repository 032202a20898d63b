namespace Syntha.Mesh.Serving;

/// <summary>
/// Wakes waiting streams when there is something new. Each finds out with its own cursor what it is. A waiter takes <see cref="Next"/>
/// first, then looks whether there is something already, and only then awaits. Thread-safe.
/// </summary>
internal sealed class ChangeSignal
{
    private volatile TaskCompletionSource? next;

    public Task Next
    {
        get
        {
            while (true)
            {
                if (next is { } waiting)
                {
                    return waiting.Task;
                }

                var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (Interlocked.CompareExchange(ref next, created, null) is null)
                {
                    return created.Task;
                }
            }
        }
    }

    /// <summary>Costs almost nothing while no stream waits.</summary>
    public void Raise()
    {
        // The caller has written something before, and a waiter looks at it after taking Next. Without the fence, the look at `next` could
        // come before that write is visible, and a wait that began in between would miss the change.
        Interlocked.MemoryBarrier();
        if (next is not null)
        {
            Interlocked.Exchange(ref next, null)?.TrySetResult();
        }
    }
}
