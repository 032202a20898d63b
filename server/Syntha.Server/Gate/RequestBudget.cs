using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Syntha.Server.Admission;

namespace Syntha.Server.Gate;

/// <summary>
/// The bytes of larger requests that may be under way. Each user has a share, so that one user's requests wait for that user's own, and not
/// others' for them. Thread-safe.
/// </summary>
internal sealed class RequestBudget : IDisposable
{
    /// <summary>Requests up to this size are not counted.</summary>
    public const int Uncounted = 64 * 1024;

    private const int Unit = 1024;
    private const int Shares = 4;
    // Beyond this many requests of a user at once, further ones are refused and do not wait.
    private const int MaxWaiting = 1_000;

    private readonly PartitionedRateLimiter<string> limiter;
    private readonly int share;

    public RequestBudget(IOptions<ConnectionOptions> options)
    {
        var largest = UnitsOf(options.Value.MaxMessageBytes);
        var all = Math.Max(largest, (int)Math.Min(options.Value.RequestBytes / Unit, int.MaxValue));
        share = Math.Max(largest, all / Shares);
        limiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<string, string>(
                user => RateLimitPartition.GetConcurrencyLimiter(user, _ => Units(share, queued: largest * MaxWaiting))),
            PartitionedRateLimiter.Create<string, bool>(
                _ => RateLimitPartition.GetConcurrencyLimiter(true, _ => Units(all, queued: int.MaxValue))));
    }

    /// <summary>Takes the bytes of a request, and waits for them. The lease gives them back.</summary>
    /// <param name="caller">The user, or the operator.</param>
    /// <param name="bytes">The size of the request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<RateLimitLease> TakeAsync(string caller, int bytes, CancellationToken cancellationToken) =>
        limiter.AcquireAsync(caller, Math.Min(UnitsOf(bytes), share), cancellationToken);

    public void Dispose() => limiter.Dispose();

    private static int UnitsOf(int bytes) => (bytes + Unit - 1) / Unit;

    private static ConcurrencyLimiterOptions Units(int most, int queued) =>
        new() { PermitLimit = most, QueueLimit = queued, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };
}
