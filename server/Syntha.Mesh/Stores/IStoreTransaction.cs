namespace Syntha.Mesh.Stores;

/// <summary>A turn to write in one user's store.</summary>
public interface IStoreTransaction
{
    /// <summary>The store's clock at the beginning of the turn: the moment from which times to live count.</summary>
    DateTimeOffset Now { get; }

    /// <summary>
    /// The head under the turn's lock: no node moves it until the turn ends. After the commit or the trimming, the new head.
    /// </summary>
    StoreHead Head { get; }

    /// <summary>As <see cref="IUserStore.ReadChangesAsync"/>, up to the turn's own head. Before the commit.</summary>
    /// <exception cref="MeshException">As there.</exception>
    ValueTask<ImmutableArray<Change>> ReadChangesAsync(long afterRevision, int maxChanges, long maxBytes);

    /// <summary>Finds those of the ids that the log knows and that are no older than <see cref="RequestIdentity.Lifetime"/>.</summary>
    ValueTask<IReadOnlyDictionary<Guid, KnownRequest>> FindRequestsAsync(IReadOnlyCollection<Guid> ids);

    /// <summary>Writes the commands, all or none, and returns when they are durable. Once per turn.</summary>
    ValueTask CommitAsync(IReadOnlyList<CommittedCommand> commands);

    /// <summary>The size of the log now. After the commit, the committed commands count.</summary>
    LogSize LogSize { get; }

    /// <summary>
    /// Drops whole commands from the old end of the log, until the log is within its limits or enough were dropped for one turn. The oldest
    /// revision moves in the same transaction. A row that holds its subject stays until a trimming drops the change that replaces it, so
    /// that each state from the oldest revision on can be read. A turn that trims does not commit.
    /// </summary>
    /// <param name="limits">How much of the log is kept.</param>
    /// <param name="maxChanges">Trimming stops after the command that reaches it, so that the next writers get their turn.</param>
    /// <exception cref="MeshException">
    /// As <see cref="IUserStore.WriteAsync(Func{IStoreTransaction, ValueTask}, CancellationToken)"/>.
    /// </exception>
    ValueTask<LogTrim> TrimAsync(LogLimits limits, int maxChanges);
}

/// <summary>A request id that the log knows, and the revision of its command.</summary>
public sealed record KnownRequest(long Revision, RequestRecord Request);
