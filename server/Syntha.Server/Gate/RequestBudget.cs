using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Syntha.Server.Admission;

namespace Syntha.Server.Gate;

/// <summary>
/// The bytes of requests that may be under way, of larger ones and of slow ones. Each user has a share, so that one user's requests wait
/// for that user's own, and not others' for them. Thread-safe.
/// </summary>
internal sealed class RequestBudget : IDisposable
{
    /// <summary>Requests up to this size that are here at once are not counted.</summary>
    public const int Uncounted = 64 * 1024;

    private const int Unit = 1024;
    private const int Shares = 4;

    // A request that waits keeps a part of its connection's window, and other calls on the connection may have to wait for that part. So
    // the wait is short, and the client repeats the call.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<string> limiter;
    private readonly int share;

    public RequestBudget(IOptions<ConnectionOptions> options)
    {
        var largest = UnitsOf(options.Value.MaxMessageBytes);
        var all = Math.Max(largest, (int)Math.Min(options.Value.RequestBytes / Unit, int.MaxValue));
        share = Math.Max(largest, all / Shares);
        limiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<string, string>(
                user => RateLimitPartition.GetConcurrencyLimiter(user, _ => Units(share))),
            PartitionedRateLimiter.Create<string, bool>(
                _ => RateLimitPartition.GetConcurrencyLimiter(true, _ => Units(all))));
    }

    /// <summary>Takes the bytes of a request, and waits for them a moment. The lease gives them back.</summary>
    /// <param name="caller">The user, or the operator.</param>
    /// <param name="bytes">The size of the request.</param>
    /// <returns>Null: there is no room.</returns>
    public async ValueTask<RateLimitLease?> TakeAsync(string caller, int bytes)
    {
        var units = Math.Min(UnitsOf(bytes), share);
        var lease = limiter.AttemptAcquire(caller, units);
        if (lease.IsAcquired)
        {
            return lease;
        }

        lease.Dispose();
        using var patience = new CancellationTokenSource(MaxWait);
        try
        {
            lease = await limiter.AcquireAsync(caller, units, patience.Token);
            return lease.IsAcquired ? lease : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => limiter.Dispose();

    private static int UnitsOf(int bytes) => (bytes + Unit - 1) / Unit;

    private static ConcurrencyLimiterOptions Units(int most) =>
        new() { PermitLimit = most, QueueLimit = int.MaxValue, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };
}
