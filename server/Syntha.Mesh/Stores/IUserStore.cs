namespace Syntha.Mesh.Stores;

/// <summary>
/// One user's store, bound to that user for good. Thread-safe, except that there is one writer at a time. Holding it costs no file and no
/// connection; each operation takes one. After the store was erased, the head is empty and all other operations fail with EPOCH_CHANGED. If
/// the user has another store by then, they work on that one.
/// </summary>
public interface IUserStore
{
    /// <summary>The user's outcomes. They lie beside the mesh.</summary>
    IOutcomeStore Outcomes { get; }

    /// <summary>The log, as reads of the past read it.</summary>
    IStoreHistory History { get; }

    /// <summary>The log, as the audit trail reads it.</summary>
    ICommitLog Commits { get; }

    /// <summary>
    /// Reads the head, the items and the agents, all of one moment. Where nodes do not share stores, it waits for the turn under way: a
    /// mesh that left service within its turn may still commit, and the mesh that is loaded in its place must know of it.
    /// </summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<StoredMesh> LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Waits for a turn to write, then runs <paramref name="work"/>, which may commit once. The work puts the group of commands together,
    /// so that commands that arrive while the turn is awaited belong to it.
    /// </summary>
    /// <exception cref="MeshException">
    /// STORE_FULL, STORE_BUSY, STORE_READ_ONLY: nothing was written. STORE_DOWN, STORE_CORRUPT: whether the commit happened is unknown.
    /// </exception>
    Task WriteAsync(Func<IStoreTransaction, ValueTask> work, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="WriteAsync(Func{IStoreTransaction, ValueTask}, CancellationToken)"/>. A store behind a network looks the requests up
    /// in the round trip that takes the turn. Then <see cref="IStoreTransaction.FindRequestsAsync"/> needs no round trip for them.
    /// </summary>
    /// <param name="expectedRequests">The request ids that the work will look up, as far as they are known shortly before the turn.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Ends the wait for the turn.</param>
    /// <exception cref="MeshException">As there.</exception>
    Task WriteAsync(
        Func<IReadOnlyCollection<Guid>> expectedRequests, Func<IStoreTransaction, ValueTask> work, CancellationToken cancellationToken) =>
        WriteAsync(work, cancellationToken);

    /// <summary>
    /// As <see cref="WriteAsync(Func{IReadOnlyCollection{Guid}}, Func{IStoreTransaction, ValueTask}, CancellationToken)"/>. A store to
    /// which each turn means a change of threads keeps the thread while there is more to write, and runs the work again in a new turn. It
    /// does so a few times at most, because other users wait as well.
    /// </summary>
    /// <param name="expectedRequests">As there.</param>
    /// <param name="work">The work.</param>
    /// <param name="hasMore">Asked after the work, on its thread: whether it should run again at once.</param>
    /// <param name="cancellationToken">Ends the wait for the first turn.</param>
    /// <exception cref="MeshException">As there.</exception>
    Task WriteAsync(
        Func<IReadOnlyCollection<Guid>> expectedRequests, Func<IStoreTransaction, ValueTask> work, Func<bool> hasMore,
        CancellationToken cancellationToken) =>
        WriteAsync(expectedRequests, work, cancellationToken);

    /// <summary>
    /// The head as of a moment after the call began. Each command that any node had acknowledged before the call lies at or below it. Calls
    /// at the same time share its cost.
    /// </summary>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<StoreHead> ReadHeadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Gives the store a new epoch, because the database has lost commits that it had acknowledged. Nothing happens if the head is at or
    /// beyond the known position by now, or has another epoch. Only stores that nodes share can lose commits while a node runs.
    /// </summary>
    /// <param name="known">A position that the store had reached.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_READ_ONLY.</exception>
    Task RenewEpochAsync(Position known, CancellationToken cancellationToken);

    /// <summary>
    /// Calls <paramref name="moved"/> when another node may have moved the head: promptly as a rule, after the poll's interval at the
    /// latest, and sometimes in vain. The callback must not block or throw. Where nodes do not share stores it is never called.
    /// </summary>
    /// <returns>Ends the calls when it is disposed. One call may still be under way then.</returns>
    IDisposable Watch(Action moved);

    /// <summary>Reads whole commands of the log in order, from behind a revision on, until a limit is reached or the log ends.</summary>
    /// <param name="afterRevision">The revision before the first to read.</param>
    /// <param name="maxChanges">Reading stops after the command that reaches it. At least one command is read, if there is one.</param>
    /// <param name="maxBytes">As <paramref name="maxChanges"/>, in bytes of values.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">HISTORY_COMPACTED, STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<ImmutableArray<Change>> ReadChangesAsync(
        long afterRevision, int maxChanges, long maxBytes, CancellationToken cancellationToken);
}

/// <summary>The two ends of a store's log.</summary>
/// <param name="Position">The position of its last command. Empty: the store does not exist any more.</param>
/// <param name="OldestRevision">The lowest revision with all its changes in the log.</param>
public readonly record struct StoreHead(Position Position, long OldestRevision)
{
    public static StoreHead Empty { get; } = new(Position.Empty, 1);
}

/// <summary>The current content of a mesh, as its store holds it.</summary>
/// <param name="Position">The head of the log.</param>
/// <param name="OldestRevision">The lowest revision with all its changes in the log. Streams can resume after the one before it.</param>
/// <param name="Items">Live items, and items with an expiry that is not logged yet; in no particular order.</param>
/// <param name="Expired">Items with a logged expiry that are not purged yet.</param>
/// <param name="Agents">All records that are not empty.</param>
public sealed record StoredMesh(
    Position Position,
    long OldestRevision,
    IReadOnlyList<ContextItem> Items,
    IReadOnlyList<ExpiredItem> Expired,
    IReadOnlyList<AgentRecord> Agents)
{
    /// <summary>All claims that are held.</summary>
    public IReadOnlyList<ClaimRecord> Claims { get; init; } = [];
}
