namespace Syntha.Mesh.Following;

/// <summary>
/// Ends waits when their time is over. One timer serves all waits that come and go before it rings, because a timer for each change costs
/// more than to look at the change. So it may ring before a later wait's time is over, and never after it.
/// </summary>
internal sealed class Alarm : IDisposable
{
    private readonly TimeProvider time;
    private readonly long set;
    private readonly TimeSpan delay;
    private readonly CancellationTokenSource timer;
    private readonly CancellationTokenSource either;

    /// <param name="delay">When it rings.</param>
    /// <param name="time">By this clock.</param>
    /// <param name="cancellationToken">Ends the waits as well.</param>
    public Alarm(TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
    {
        (this.time, this.delay, set) = (time, delay, time.GetTimestamp());
        timer = new(delay, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
    }

    public CancellationToken Token => either.Token;

    /// <summary>Whether it is still to ring, and will do so within that time.</summary>
    public bool RingsWithin(TimeSpan atMost) => !either.IsCancellationRequested && delay - time.GetElapsedTime(set) <= atMost;

    public void Dispose()
    {
        either.Dispose();
        timer.Dispose();
    }
}
