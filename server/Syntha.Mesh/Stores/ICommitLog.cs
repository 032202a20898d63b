namespace Syntha.Mesh.Stores;

/// <summary>
/// A store's log as the audit trail reads it: who did what when, and of keys only hashes, under a secret of the user's that lies in the store
/// and is erased with it. Thread-safe.
/// </summary>
public interface ICommitLog
{
    /// <summary>Reads what was committed behind a mark.</summary>
    /// <param name="mark">Up to where it is recorded; null: nothing of this user is.</param>
    /// <param name="maxChanges">Stops after the command that reaches it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY. EPOCH_CHANGED: the store was erased.</exception>
    ValueTask<CommitPage> ReadAsync(Position? mark, int maxChanges, CancellationToken cancellationToken);
}
