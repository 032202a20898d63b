namespace Syntha.Benchmarks.Baselines;

/// <summary>Counts rings, and wakes who waits for the next. Thread-safe.</summary>
internal sealed class BareBell
{
    private volatile TaskCompletionSource next = NewSource();
    private long rings;

    public long Rings => Interlocked.Read(ref rings);

    /// <summary>To be taken before <see cref="Rings"/> is looked at.</summary>
    public Task Next => next.Task;

    public void Ring()
    {
        Interlocked.Increment(ref rings);
        Interlocked.Exchange(ref next, NewSource()).SetResult();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
