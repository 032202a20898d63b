using System.Threading.RateLimiting;
using Grpc.Core;
using Syntha.Mesh.Log;
using Syntha.Mesh.Outcomes;
using Syntha.Mesh.Quotas;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Stores;
using Syntha.Server.Admission;
using Syntha.Server.Audit;

namespace Syntha.Server.Meshes;

/// <summary>Reaches the caller's outcomes for services. A user without a store has none, and reading them makes no store.</summary>
internal sealed class OutcomeCalls(IUserStores stores, QuotaBook quotas, CallCounts counts) : IDisposable
{
    // A read may be as large as an answer may be. Many at once would take the memory and the threads of all, so a user's wait for each
    // other.
    private const int MaxReadsOfAUser = 2;

    private readonly PartitionedRateLimiter<UserId> reads = PartitionedRateLimiter.Create<UserId, UserId>(
        user => RateLimitPartition.GetConcurrencyLimiter(
            user, static _ => new() { PermitLimit = MaxReadsOfAUser, QueueLimit = int.MaxValue }));


    // Outcomes have a tenth of the bytes that the user's items may have, in addition to these.
    private const long QuotaPart = 10;

    /// <exception cref="MeshException">REQUEST_ID_REUSED, or a fault of the store.</exception>
    public async Task<LoggedOutcome> LogAsync(AgentName agent, OutcomeReport report, RequestIdentity? request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var store = await stores.OpenAsync(caller.User, caller.Right, context.CancellationToken);
        var maxBytes = quotas.Of(caller.User).MaxBytes / QuotaPart;
        var logged = await store.Outcomes.LogAsync(agent, report, request, maxBytes, context.CancellationToken);
        await counts.CountAsync(context, agent, null, 0);
        return !logged.IsReplay || logged.ContentHash == request?.ContentHash ? logged : throw new MeshException(
            ErrorReason.RequestIdReused, "The request id was used before for another outcome; give each outcome an id of its own.");
    }

    /// <summary>The newest first, and no more than an answer can hold.</summary>
    public Task<OutcomePage> ListAsync(OutcomeFilter filter, long? before, int maxCount, ServerCallContext context) => ReadAsync(
        context,
        outcomes => outcomes.ListAsync(filter, before, maxCount, PageLimits.MaxBytes, context.CancellationToken),
        OutcomePage.Empty);

    public Task<IReadOnlyList<OutcomeTally>> CountAsync(OutcomeFilter filter, ServerCallContext context) =>
        ReadAsync<IReadOnlyList<OutcomeTally>>(context, outcomes => outcomes.CountAsync(filter, context.CancellationToken), []);

    public Task<long> ClearAsync(OutcomeFilter filter, ServerCallContext context) =>
        WithAsync(context, outcomes => outcomes.ClearAsync(filter, context.CancellationToken), 0L);

    public void Dispose() => reads.Dispose();

    private async Task<T> ReadAsync<T>(ServerCallContext context, Func<IOutcomeStore, ValueTask<T>> work, T none)
    {
        using var turn = await reads.AcquireAsync(Caller.Of(context).User, 1, context.CancellationToken);
        return await WithAsync(context, work, none);
    }

    private async Task<T> WithAsync<T>(ServerCallContext context, Func<IOutcomeStore, ValueTask<T>> work, T none)
    {
        var result = await stores.FindAsync(Caller.Of(context).User, context.CancellationToken) is { } store
            ? await work(store.Outcomes)
            : none;
        await counts.CountAsync(context, null, null, 0);
        return result;
    }
}
