namespace Syntha.Mesh.Stores;

/// <summary>A turn to write in one user's store.</summary>
public interface IStoreTransaction
{
    /// <summary>The store's clock at the beginning of the turn: the moment from which times to live count.</summary>
    DateTimeOffset Now { get; }

    /// <summary>
    /// The head under the turn's lock: nobody moves it until the turn ends, on whichever node. After the commit, or a trimming, what it
    /// came to.
    /// </summary>
    StoreHead Head { get; }

    /// <summary>As <see cref="IUserStore.ReadChangesAsync"/>, up to the turn's own head. Before the commit.</summary>
    /// <exception cref="MeshException">As there.</exception>
    ValueTask<ImmutableArray<Change>> ReadChangesAsync(long afterRevision, int maxChanges, long maxBytes);

    /// <summary>Finds which of these request ids are in the log, with the revision of their commands, not older than <see cref="RequestIdentity.Lifetime"/>.</summary>
    ValueTask<IReadOnlyDictionary<Guid, KnownRequest>> FindRequestsAsync(IReadOnlyCollection<Guid> ids);

    /// <summary>Writes the commands, all or none, and returns when they are durable. Once per turn.</summary>
    ValueTask CommitAsync(IReadOnlyList<CommittedCommand> commands);

    /// <summary>What the log takes now; after the commit, with what was committed.</summary>
    LogSize LogSize { get; }

    /// <summary>
    /// Drops whole commands from the old end of the log until it is within its limits, or until enough were dropped for one turn. The
    /// oldest revision moves in the same transaction. Rows that hold a subject stay. In a turn of its own, without a commit.
    /// </summary>
    /// <param name="limits">How much of the log is kept.</param>
    /// <param name="maxChanges">Stops after the command that reaches it, so that the writers behind it get their turn.</param>
    /// <exception cref="MeshException">As <see cref="IUserStore.WriteAsync(Func{IStoreTransaction, ValueTask}, CancellationToken)"/>.</exception>
    ValueTask<LogTrim> TrimAsync(LogLimits limits, int maxChanges);
}

/// <summary>A request id that the log knows, and the revision of its command.</summary>
public sealed record KnownRequest(long Revision, RequestRecord Request);
