namespace Syntha.Server.Admission;

/// <summary>
/// The bucket of one user's calls. It fills all the time, by so many calls a second, until it is full. It is one number: the moment at
/// which it is full again. Each call moves this moment on by the time of one call (the generic cell rate algorithm, ITU-T I.371).
/// Thread-safe, and takes no lock.
/// </summary>
internal sealed class CallBucket
{
    private const long Dropped = long.MaxValue;

    private readonly TimeProvider time;

    // The time of one call, and that of all calls but one which a full bucket holds. They are timestamps. A rate that does not divide the
    // frequency of timestamps is rounded up.
    private readonly long ofOne;
    private readonly long ofOthers;
    private long fullAt = long.MinValue;

    /// <param name="rate">How often the user may call.</param>
    /// <param name="time">The clock.</param>
    public CallBucket(CallRate rate, TimeProvider time)
    {
        (Rate, this.time) = (rate, time);
        ofOne = time.TimestampFrequency / rate.CallsPerSecond;
        ofOthers = (Math.Min(rate.Burst, int.MaxValue) - 1) * ofOne;
    }

    public CallRate Rate { get; }

    public bool IsDropped => Volatile.Read(ref fullAt) == Dropped;

    /// <summary>Takes a call out of the bucket.</summary>
    /// <returns>False: it is empty. Null: it was dropped, and the user has a new one.</returns>
    public bool? TryTake()
    {
        var now = time.GetTimestamp();
        var seen = Volatile.Read(ref fullAt);
        while (seen != Dropped)
        {
            var from = Math.Max(seen, now);
            if (from - now > ofOthers)
            {
                return false;
            }

            var before = Interlocked.CompareExchange(ref fullAt, from + ofOne, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return null;
    }

    public void Drop() => Volatile.Write(ref fullAt, Dropped);

    /// <summary>Drops the bucket if it is full: a new one would be the same. True: it is dropped.</summary>
    public bool TryDropFull()
    {
        var seen = Volatile.Read(ref fullAt);
        return seen == Dropped
            || (seen <= time.GetTimestamp() && Interlocked.CompareExchange(ref fullAt, Dropped, seen) == seen);
    }
}
