using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Syntha.Server.Admission;

/// <summary>
/// How often each user may call. Each user has a bucket of tokens. The platform makes a bucket when it is needed, and drops it when it is
/// full and idle. Thread-safe.
/// </summary>
internal sealed class RateLimits : IDisposable
{
    // How often the platform fills the buckets.
    private static readonly TimeSpan Refill = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<UserId, Rate> exceptions = new();
    private readonly PartitionedRateLimiter<UserId> limiter;
    private readonly Rate usual;

    public RateLimits(IOptions<RateLimitOptions> options)
    {
        usual = new(options.Value.CallsPerSecond, options.Value.Burst ?? 2L * options.Value.CallsPerSecond);
        // By user and rate. When the rate changes, the next call gets a new bucket, which is full.
        limiter = PartitionedRateLimiter.Create<UserId, (UserId User, Rate Rate)>(user =>
            RateLimitPartition.GetTokenBucketLimiter((User: user, Rate: RateOf(user)), static partition => partition.Rate.Bucket()));
    }

    /// <summary>Calls per second of a user without a rate of their own.</summary>
    public long Usual => usual.CallsPerSecond;

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
    }

    /// <summary>Takes a call out of the user's bucket.</summary>
    /// <returns>RATE_LIMITED; null: the user may call.</returns>
    public MeshException? RefusalOf(UserId user)
    {
        // The platform takes no lease of a bucket back; disposing it has no effect on the bucket.
        using var lease = limiter.AttemptAcquire(user);
        if (lease.IsAcquired)
        {
            return null;
        }

        var rate = RateOf(user);
        return new MeshException(ErrorReason.RateLimited, string.Create(
            CultureInfo.InvariantCulture,
            $"Too many calls: {rate.CallsPerSecond} per second are allowed, {rate.Burst} at once after a pause."))
        {
            Metadata = { ["limit"] = rate.CallsPerSecond.ToString(CultureInfo.InvariantCulture) },
            // The time of one call, the wait for the next filling, and one filling more, because the platform's timer may be late.
            RetryAfter = TimeSpan.FromSeconds(1d / rate.CallsPerSecond) + (2 * Refill),
        };
    }

    public void Dispose() => limiter.Dispose();

    private Rate RateOf(UserId user) => exceptions.IsEmpty ? usual : exceptions.GetValueOrDefault(user, usual);

    private readonly record struct Rate(long CallsPerSecond, long Burst)
    {
        public TokenBucketRateLimiterOptions Bucket() => new()
        {
            TokensPerPeriod = (int)Math.Min(CallsPerSecond, int.MaxValue),
            TokenLimit = (int)Math.Min(Burst, int.MaxValue),
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        };
    }
}
