namespace Syntha.Benchmarks.Baselines;

/// <summary>Counts rings, and wakes the callers that wait for the next one. Thread-safe.</summary>
internal sealed class BareBell
{
    private volatile TaskCompletionSource next = NewSource();
    private long rings;

    public long Rings => Interlocked.Read(ref rings);

    /// <summary>Completes at the next ring. Take it before you read <see cref="Rings"/>.</summary>
    public Task Next => next.Task;

    public void Ring()
    {
        Interlocked.Increment(ref rings);
        Interlocked.Exchange(ref next, NewSource()).SetResult();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
