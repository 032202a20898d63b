using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace Syntha.Server.Admission;

/// <summary>
/// How often each user may call. Each user has a bucket, which all callers of the user share. A full bucket without calls for a
/// while is dropped. The platform's limiter (System.Threading.RateLimiting) would take a lock of all users in each call, and look at all
/// of them ten times a second. Thread-safe.
/// </summary>
internal sealed class RateLimits
{
    // Fewer buckets than this are never looked through.
    private const int Few = 1_000;

    // A caller over its limit waits a moment longer than it must, so that a user's callers do not all come back to be refused again.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<UserId, CallRate> exceptions = new();
    private readonly ConcurrentDictionary<UserId, CallBucket> buckets = new();
    private readonly Lock sweeping = new();
    private readonly TimeProvider time;
    private readonly CallRate usual;
    private int most = Few;

    public RateLimits(IOptions<RateLimitOptions> options, TimeProvider time)
    {
        this.time = time;
        usual = new(options.Value.CallsPerSecond, options.Value.Burst ?? 2L * options.Value.CallsPerSecond);
    }

    /// <summary>Calls per second of a user without a rate of their own.</summary>
    public long Usual => usual.CallsPerSecond;

    /// <summary>How many buckets there are.</summary>
    public int Buckets => buckets.Count;

    /// <summary>Sets the rate of a user. When it changes, the next call gets a new bucket, which is full.</summary>
    public void Set(UserId user, long? callsPerSecond)
    {
        if (callsPerSecond is { } calls)
        {
            exceptions[user] = new(calls, 2 * calls);
        }
        else
        {
            exceptions.TryRemove(user, out _);
        }

        if (buckets.TryGetValue(user, out var bucket) && bucket.Rate != RateOf(user))
        {
            Drop(user, bucket);
        }
    }

    /// <summary>Takes a call out of the bucket of the caller's user.</summary>
    /// <returns>RATE_LIMITED; null: the user may call.</returns>
    public MeshException? RefusalOf(Caller caller)
    {
        while (true)
        {
            var bucket = caller.Bucket ??= Find(caller.User);
            switch (bucket.TryTake())
            {
                case true:
                    return null;
                case false:
                    return Refusal(bucket.Rate);
                default:
                    caller.Bucket = null;
                    break;
            }
        }
    }

    private static MeshException Refusal(CallRate rate) => new(ErrorReason.RateLimited, string.Create(
        CultureInfo.InvariantCulture,
        $"Too many calls: {rate.CallsPerSecond} per second are allowed, {rate.Burst} at once after a pause."))
    {
        Metadata = { ["limit"] = rate.CallsPerSecond.ToString(CultureInfo.InvariantCulture) },
        RetryAfter = TimeSpan.FromSeconds(1d / rate.CallsPerSecond) + Pause,
    };

    private CallBucket Find(UserId user)
    {
        while (true)
        {
            if (!buckets.TryGetValue(user, out var bucket))
            {
                Sweep();
                bucket = buckets.GetOrAdd(user, new CallBucket(RateOf(user), time));
            }

            // Looked at again, because the rate may have changed before the bucket was there to be dropped.
            if (!bucket.IsDropped && bucket.Rate == RateOf(user))
            {
                return bucket;
            }

            Drop(user, bucket);
        }
    }

    private void Drop(UserId user, CallBucket bucket)
    {
        bucket.Drop();
        buckets.TryRemove(new(user, bucket));
    }

    // Each sweep waits until there are twice as many buckets as the one before has left, so that a new user costs the same, however many
    // there are.
    private void Sweep()
    {
        if (buckets.Count < Volatile.Read(ref most) || !sweeping.TryEnter())
        {
            return;
        }

        try
        {
            foreach (var (user, bucket) in buckets)
            {
                if (bucket.TryDropFull())
                {
                    buckets.TryRemove(new(user, bucket));
                }
            }

            Volatile.Write(ref most, Math.Max(Few, 2 * buckets.Count));
        }
        finally
        {
            sweeping.Exit();
        }
    }

    private CallRate RateOf(UserId user) => exceptions.GetValueOrDefault(user, usual);
}
