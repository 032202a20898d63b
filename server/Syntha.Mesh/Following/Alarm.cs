namespace Syntha.Mesh.Following;

/// <summary>
/// Ends waits when their time is over. One timer serves all waits that begin before it rings, because a timer for each change would cost
/// more than the look at the change. So it may ring before the time of a later wait is over, but never after it.
/// </summary>
internal sealed class Alarm : IDisposable
{
    private readonly TimeProvider time;
    private readonly long set;
    private readonly TimeSpan delay;
    private readonly CancellationTokenSource timer;
    private readonly CancellationTokenSource either;

    /// <param name="delay">The time until it rings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the waits as well.</param>
    public Alarm(TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
    {
        (this.time, this.delay, set) = (time, delay, time.GetTimestamp());
        timer = new(delay, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
    }

    public CancellationToken Token => either.Token;

    /// <summary>Whether it has not rung and will ring within that time.</summary>
    public bool RingsWithin(TimeSpan atMost) => !either.IsCancellationRequested && delay - time.GetElapsedTime(set) <= atMost;

    public void Dispose()
    {
        either.Dispose();
        timer.Dispose();
    }
}
