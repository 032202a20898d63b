namespace Syntha.Mesh.Stores;

/// <summary>
/// A store's log as reads of the past read it. All reads are of one moment, take no lock, and are bounded by what they are asked for. Each
/// names a position that the log must still have: a read beyond the log's old end, or of another life of the store, is refused instead of
/// answered with less. Thread-safe.
/// </summary>
public interface IStoreHistory
{
    /// <summary>When the command of a revision was committed.</summary>
    /// <param name="point">The position. Its revision is in the log.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">HISTORY_COMPACTED, EPOCH_CHANGED, STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<DateTimeOffset> ReadTimeAsync(Position point, CancellationToken cancellationToken);

    /// <summary>The last revision that was committed by a moment. 0: none, and the log is complete.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">
    /// HISTORY_COMPACTED: it was committed before the log's oldest revision. STORE_CORRUPT, STORE_DOWN, STORE_BUSY.
    /// </exception>
    ValueTask<Position> FindAsync(DateTimeOffset moment, CancellationToken cancellationToken);

    /// <summary>Reads what the changes behind a place have replaced, in the order of the log, without values.</summary>
    /// <param name="point">The position whose state is asked for.</param>
    /// <param name="after">The place before the first row.</param>
    /// <param name="maxRows">The most rows. Fewer rows: the log ends with them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">As <see cref="ReadTimeAsync"/>.</exception>
    ValueTask<ImmutableArray<Replacement>> ReadReplacementsAsync(
        Position point, ChangePlace after, int maxRows, CancellationToken cancellationToken);

    /// <summary>Reads rows by their places, in the order of the log. Rows that are gone are left out.</summary>
    /// <param name="point">The position that the rows are read for.</param>
    /// <param name="places">The places.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">As <see cref="ReadTimeAsync"/>.</exception>
    ValueTask<ImmutableArray<Change>> ReadRowsAsync(
        Position point, IReadOnlyCollection<ChangePlace> places, CancellationToken cancellationToken);

    /// <summary>Looks for the changes of a key, and of an agent's record, from a place backwards.</summary>
    /// <param name="epoch">The life of the store.</param>
    /// <param name="search">What to look for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">EPOCH_CHANGED, STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<FoundChanges> SearchAsync(string epoch, ChangeSearch search, CancellationToken cancellationToken);

    /// <summary>
    /// Looks for the versions of a key that still have their value, the newest first, without their values. It also finds rows that are
    /// older than the log and are only kept for past states. It looks at every row.
    /// </summary>
    /// <param name="epoch">The life of the store.</param>
    /// <param name="search">Which versions.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">EPOCH_CHANGED, STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<ImmutableArray<KeptVersion>> FindVersionsAsync(
        string epoch, VersionSearch search, CancellationToken cancellationToken);
}

/// <summary>What a change has replaced.</summary>
/// <param name="Place">The place of the change.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Subject">The key, or the agent's name.</param>
/// <param name="Actor">The agent that made it. Null: the owner, or the server itself.</param>
/// <param name="Replaces">The row that held the key until then. Null: none, or the subject is an agent.</param>
/// <param name="Agent">What is stored about the agent since. Null: the subject is a key.</param>
/// <param name="Former">What was stored about the agent. Null: the subject is a key, or the row does not tell.</param>
public readonly record struct Replacement(
    ChangePlace Place, ChangeKind Kind, string Subject, AgentName? Actor, ChangePlace? Replaces, AgentRecord? Agent, AgentRecord? Former)
{
    /// <summary>Whether the subject is an agent.</summary>
    public bool IsAgent => Kind == ChangeKind.AgentChanged;

    /// <summary>Whether the subject is a claim. Reads of the past pass it by.</summary>
    public bool IsClaim => Kind is ChangeKind.Claimed or ChangeKind.ClaimRenewed or ChangeKind.ClaimReleased or ChangeKind.ClaimExpired;
}

/// <summary>A look for versions of a key.</summary>
/// <param name="Key">The key.</param>
/// <param name="From">The first place to look at.</param>
/// <param name="Through">The last place to look at.</param>
/// <param name="Actor">Only versions that this agent wrote. Null: all.</param>
/// <param name="MaxVersions">The most versions to return.</param>
public readonly record struct VersionSearch(ContextKey Key, ChangePlace From, ChangePlace Through, AgentName? Actor, int MaxVersions);

/// <summary>A version of a key that still has its value.</summary>
/// <param name="Place">The place of its row.</param>
/// <param name="Readers">Its readers.</param>
public readonly record struct KeptVersion(ChangePlace Place, Readers Readers);

/// <summary>A look for changes, from a place backwards.</summary>
/// <param name="Before">The place behind the first row to look at.</param>
/// <param name="Key">The key. Null: no key.</param>
/// <param name="Agent">The agent whose record is looked for. Null: no agent.</param>
/// <param name="MaxRows">How many rows of the log are looked at.</param>
public readonly record struct ChangeSearch(ChangePlace Before, string? Key, string? Agent, int MaxRows);

/// <summary>What was found.</summary>
/// <param name="Changes">The newest first.</param>
/// <param name="Next">The place behind the next rows to look at. Null: the log begins here.</param>
public sealed record FoundChanges(ImmutableArray<FoundChange> Changes, ChangePlace? Next);

/// <summary>A change that was found.</summary>
/// <param name="Place">Its place.</param>
/// <param name="Bytes">An estimate of the bytes of its row.</param>
/// <param name="IsAgent">Whether it is about the agent, and not about the key.</param>
/// <param name="Former">What was stored about the agent before. Null: the change is about the key, or the row does not tell.</param>
public readonly record struct FoundChange(ChangePlace Place, long Bytes, bool IsAgent, AgentRecord? Former);
