namespace Syntha.Mesh.Stores;

/// <summary>
/// One user's store, bound to that user once and for all. Thread-safe, except that there is one writer at a time. Holding it costs no file
/// and no connection; it takes one for each operation. After the store was erased all of them fail with EPOCH_CHANGED, but for the head,
/// which is empty then; if the user has another store by that time, they work on that one.
/// </summary>
public interface IUserStore
{
    /// <summary>The user's outcomes, which lie beside the mesh.</summary>
    IOutcomeStore Outcomes { get; }

    /// <summary>The log, as the audit trail reads it.</summary>
    ICommitLog Commits { get; }

    /// <summary>Reads the present: head, items and agents, as of one moment.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<StoredMesh> LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Waits for a turn to write and then runs <paramref name="work"/>, which may commit once. The group of commands is put together
    /// inside the work, so that whatever arrives while the turn is awaited goes along.
    /// </summary>
    /// <exception cref="MeshException">
    /// STORE_FULL, STORE_BUSY, STORE_READ_ONLY: nothing was written. STORE_DOWN, STORE_CORRUPT: whether the commit happened is unknown.
    /// </exception>
    Task WriteAsync(Func<IStoreTransaction, ValueTask> work, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="WriteAsync(Func{IStoreTransaction, ValueTask}, CancellationToken)"/>. A store behind a network looks the requests up
    /// in the same round trip that takes the turn, so that <see cref="IStoreTransaction.FindRequestsAsync"/> costs none for them.
    /// </summary>
    /// <param name="expectedRequests">Which request ids the work will look up, as far as that is known shortly before the turn is taken.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Ends the wait for the turn.</param>
    /// <exception cref="MeshException">As there.</exception>
    Task WriteAsync(
        Func<IReadOnlyCollection<Guid>> expectedRequests, Func<IStoreTransaction, ValueTask> work, CancellationToken cancellationToken) =>
        WriteAsync(work, cancellationToken);

    /// <summary>
    /// The head as of a moment after the call began: whatever was acknowledged before it, on any node, lies at or below it. Callers at the
    /// same time share what it costs.
    /// </summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<StoreHead> ReadHeadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Has it called when the head may have moved without this store's doing: promptly as a rule, by the poll's interval at the latest, and
    /// sometimes for nothing. It must not block nor throw. Where stores are not shared between nodes it is never called.
    /// </summary>
    /// <returns>Ends it. A call may still be under way then.</returns>
    IDisposable Watch(Action moved);

    /// <summary>Reads whole commands of the log in order, beginning after a revision, until a limit is reached or the log ends.</summary>
    /// <param name="afterRevision">The revision before the first to read.</param>
    /// <param name="maxChanges">Stops after the command that reaches it; at least one command is read where there is one.</param>
    /// <param name="maxBytes">Likewise, counted in bytes of values.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">HISTORY_COMPACTED, STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<ImmutableArray<Change>> ReadChangesAsync(
        long afterRevision, int maxChanges, long maxBytes, CancellationToken cancellationToken);
}

/// <summary>How far a store's log reaches.</summary>
/// <param name="Position">Its last command. Empty: there is no such store any more.</param>
/// <param name="OldestRevision">The lowest revision whose changes are all in the log.</param>
public readonly record struct StoreHead(Position Position, long OldestRevision)
{
    public static StoreHead Empty { get; } = new(Position.Empty, 1);
}

/// <summary>All that a store holds of a mesh's present.</summary>
/// <param name="Position">The head of the log.</param>
/// <param name="OldestRevision">The lowest revision whose changes are all in the log; streams can resume after the one before it.</param>
/// <param name="Items">Live items, and items whose expiry is not logged yet; in no particular order.</param>
/// <param name="Expired">Items whose expiry is logged and which are not purged yet.</param>
/// <param name="Agents">All records that are not empty.</param>
public sealed record StoredMesh(
    Position Position,
    long OldestRevision,
    IReadOnlyList<ContextItem> Items,
    IReadOnlyList<ExpiredItem> Expired,
    IReadOnlyList<AgentRecord> Agents);
