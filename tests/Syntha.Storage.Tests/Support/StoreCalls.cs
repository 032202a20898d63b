using Syntha.Mesh.Outcomes;

namespace Syntha.Storage.Tests.Support;

/// <summary>Calls of a store without the arguments that most tests do not vary.</summary>
internal static class StoreCalls
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task CommitAsync(this IUserStore store, params CommittedCommand[] commands) =>
        store.WriteAsync(async turn => await turn.CommitAsync(commands), Token);

    public static Task<StoredMesh> LoadAsync(this IUserStore store) => store.LoadAsync(Token).AsTask();

    public static Task<ImmutableArray<Change>> ReadAllAsync(this IUserStore store, long after = 0) =>
        store.ReadChangesAsync(after, int.MaxValue, long.MaxValue, Token).AsTask();

    public static ValueTask<LoggedOutcome> LogAsync(
        this IOutcomeStore outcomes, AgentName agent, OutcomeReport report, RequestIdentity? request,
        CancellationToken cancellationToken) =>
        outcomes.LogAsync(agent, report, request, long.MaxValue, cancellationToken);

    public static async Task<IReadOnlyList<Outcome>> ListAsync(
        this IOutcomeStore outcomes, OutcomeFilter filter, long? before, int maxCount, CancellationToken cancellationToken) =>
        (await outcomes.ListAsync(filter, before, maxCount, long.MaxValue, cancellationToken)).Outcomes;

    public static Task<IUserStore> OpenAsync(this IUserStores stores, UserId user) =>
        stores.OpenAsync(user, StoreRight.Unbound, Token).AsTask();

    public static Task<IUserStore?> FindAsync(this IUserStores stores, UserId user) => stores.FindAsync(user, Token).AsTask();

    public static async Task<IReadOnlyDictionary<Guid, KnownRequest>> FindRequestsAsync(this IUserStore store, params Guid[] ids)
    {
        IReadOnlyDictionary<Guid, KnownRequest>? found = null;
        await store.WriteAsync(async turn => found = await turn.FindRequestsAsync(ids), Token);
        return found!;
    }

    public static async Task<LogTrim> TrimAsync(this IUserStore store, LogLimits limits, int maxChanges = int.MaxValue)
    {
        LogTrim trim = default;
        await store.WriteAsync(async turn => trim = await turn.TrimAsync(limits, maxChanges), Token);
        return trim;
    }

    public static async Task<LogSize> MeasureLogAsync(this IUserStore store)
    {
        LogSize size = default;
        await store.WriteAsync(
            turn =>
            {
                size = turn.LogSize;
                return ValueTask.CompletedTask;
            },
            Token);
        return size;
    }

    public static async Task<MeshException> FailsAsync(this Task call, ErrorReason reason)
    {
        var failure = await Assert.ThrowsAsync<MeshException>(() => call);
        Assert.Equal(reason, failure.Reason);
        return failure;
    }

    public static async Task<MeshException> FailsAsync<T>(this ValueTask<T> call, ErrorReason reason) =>
        await FailsAsync(call.AsTask(), reason);
}
