namespace Syntha.Mesh.Stores;

/// <summary>
/// Copies commits to the audit trail. The log is its outbox: a commit needs nothing but itself, and no log drops what is not recorded.
/// Thread-safe.
/// </summary>
public interface ICommitRecorder
{
    /// <summary>Records nothing. Logs need not wait for it.</summary>
    static ICommitRecorder None { get; } = new NoRecorder();

    /// <summary>Called after each commit of a user. Returns at once.</summary>
    void Committed(UserId user);

    /// <summary>The revision of this epoch up to which everything is recorded.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY.</exception>
    ValueTask<long> RecordedAsync(UserId user, string epoch, CancellationToken cancellationToken);

    /// <summary>Records the rest of a log before it is erased.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_FULL, STORE_READ_ONLY. The log must not be erased then.</exception>
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
