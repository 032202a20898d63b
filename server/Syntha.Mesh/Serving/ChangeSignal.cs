namespace Syntha.Mesh.Serving;

/// <summary>
/// Tells waiting streams that there is something new; what it is, each finds out with its own cursor. A wait begins with taking
/// <see cref="Next"/>, then comes a look whether there is something already, and only then the await. Thread-safe.
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

    /// <summary>Costs next to nothing while nobody waits.</summary>
    public void Raise()
    {
        // Who raises has written something before, and who waits looks at it after taking Next. Without the fence the look at `next` could
        // come before that write is seen, and a wait that began in between would sleep over the change.
        Interlocked.MemoryBarrier();
        if (next is not null)
        {
            Interlocked.Exchange(ref next, null)?.TrySetResult();
        }
    }
}
