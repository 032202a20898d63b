using Microsoft.Extensions.Options;
using Syntha.Mesh.Stores;
using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>Removes entries of the audit trail that are too old or too many. Used by the one writer of the trail.</summary>
internal sealed class AuditRetention(IUserStores stores, AuditStore store, IOptions<AuditOptions> options, TimeProvider time)
{
    private const int MaxEntries = 4_096;

    // Entries live up to a thirty-second longer than they must, so that a look at the chains is rare.
    private const int LooksPerRetention = 32;
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    private readonly TimeSpan kept = options.Value.Retention;
    private readonly long maxKept = options.Value.MaxEntries;
    private long lastRetained;

    public void Start() => lastRetained = time.GetTimestamp();

    public async Task RetainIfDueAsync(CancellationToken cancellationToken)
    {
        var interval = kept / LooksPerRetention;
        if (time.GetElapsedTime(lastRetained) < (interval < LongestInterval ? interval : LongestInterval))
        {
            return;
        }

        var now = stores.Clock.GetUtcNow();
        // All chains, because the node of a chain may be gone for good.
        foreach (var head in await store.HeadsAsync(cancellationToken))
        {
            while (await store.RetainAsync(head.Chain, now - kept, maxKept, now, MaxEntries, cancellationToken) == MaxEntries)
            {
            }
        }
        lastRetained = time.GetTimestamp();
    }
}
