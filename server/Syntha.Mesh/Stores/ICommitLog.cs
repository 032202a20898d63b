namespace Syntha.Mesh.Stores;

/// <summary>
/// A store's log as the audit trail reads it: actor, method and time of each commit. Keys appear as hashes only, under a secret of the user
/// that lies in the store and is erased with it. Thread-safe.
/// </summary>
public interface ICommitLog
{
    /// <summary>Reads what was committed behind a mark.</summary>
    /// <param name="mark">The last recorded position. Null: nothing of this user is recorded.</param>
    /// <param name="maxChanges">Reading stops after the command that reaches it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">STORE_CORRUPT, STORE_DOWN, STORE_BUSY. EPOCH_CHANGED: the store was erased.</exception>
    ValueTask<CommitPage> ReadAsync(Position? mark, int maxChanges, CancellationToken cancellationToken);
}

/// <summary>One page of what was committed behind a mark.</summary>
/// <param name="Commits">The commands, in their order.</param>
/// <param name="Through">The mark behind them.</param>
/// <param name="HasMore">Whether the log goes on.</param>
public sealed record CommitPage(IReadOnlyList<Commit> Commits, Position Through, bool HasMore);

/// <summary>
/// What one actor committed at one moment, by one method and with one credential, as the audit trail records it. Commands of one
/// transaction have one moment. So hundreds of calls that are committed together make a few of these.
/// </summary>
/// <param name="Time">The moment.</param>
/// <param name="Actor">The acting agent. Null: the owner, or the server itself.</param>
/// <param name="Origin">Its origin. Null: it was committed by a version that did not keep the origin.</param>
/// <param name="Commands">The commands, in their order.</param>
/// <param name="KeyHashes">
/// A hash of <see cref="HashBytes"/> for each key that they touched, one after the other in the order of the commands. For one command with
/// more than <see cref="MaxHashes"/> keys, only the first hashes.
/// </param>
public sealed record Commit(
    DateTimeOffset Time, AgentName? Actor, CommandOrigin? Origin, IReadOnlyList<LoggedCommand> Commands, byte[] KeyHashes)
{
    public const int HashBytes = 16;

    /// <summary>Keeps an entry small even after a clear. The number of keys is recorded in any case.</summary>
    public const int MaxHashes = 1_000;

    /// <summary>So many commands make one commit at most; the next ones make another.</summary>
    public const int MaxCommands = 256;
}

/// <summary>The size of a committed command.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="ValueBytes">Bytes of the values that it wrote.</param>
/// <param name="Keys">How many keys it touched.</param>
public readonly record struct LoggedCommand(long Revision, long ValueBytes, long Keys);
