namespace Syntha.Mesh.Stores;

/// <summary>
/// Copies what is committed to the audit trail. The log is its outbox: a commit needs nothing but itself, and no log lets go of what is not
/// recorded. Thread-safe.
/// </summary>
public interface ICommitRecorder
{
    /// <summary>A recorder of nothing, for which logs need not wait.</summary>
    static ICommitRecorder None { get; } = new NoRecorder();

    /// <summary>Told after each commit of a user. Returns at once.</summary>
    void Committed(UserId user);

    /// <summary>Up to which revision of this epoch everything is recorded.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<long> RecordedAsync(UserId user, string epoch, CancellationToken cancellationToken);

    /// <summary>Records what is left of a log that is about to be erased.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_FULL, STORE_READ_ONLY: nothing may be erased.</exception>
    Task RecordRestAsync(UserId user, ICommitLog log, CancellationToken cancellationToken);

    private sealed class NoRecorder : ICommitRecorder
    {
        public void Committed(UserId user)
        {
        }

        public ValueTask<long> RecordedAsync(UserId user, string epoch, CancellationToken cancellationToken) => new(long.MaxValue);

        public Task RecordRestAsync(UserId user, ICommitLog log, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
