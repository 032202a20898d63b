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

/// <summary>What was committed behind a mark, as far as one page goes.</summary>
/// <param name="Commits">The commands, in their order.</param>
/// <param name="Through">The mark behind them.</param>
/// <param name="HasMore">Whether the log goes on.</param>
public sealed record CommitPage(IReadOnlyList<Commit> Commits, Position Through, bool HasMore);

/// <summary>
/// What was committed at one moment by one actor, by one method and with one credential, as the audit trail tells of it. Commands of one
/// transaction have one moment, so that hundreds of calls that are committed together are a few of these.
/// </summary>
/// <param name="Time">When.</param>
/// <param name="Actor">The agent that did it; null: the owner, or the server itself.</param>
/// <param name="Origin">Where it came from; null: it was committed by a version that did not keep that.</param>
/// <param name="Commands">The commands, in their order.</param>
/// <param name="KeyHashes">
/// A hash of <see cref="HashBytes"/> for each key that they touched, one after the other in the order of the commands. Of one command with
/// more than <see cref="MaxHashes"/>, the first of them.
/// </param>
public sealed record Commit(DateTimeOffset Time, AgentName? Actor, CommandOrigin? Origin, IReadOnlyList<LoggedCommand> Commands, byte[] KeyHashes)
{
    public const int HashBytes = 16;

    /// <summary>So that an entry stays small, whatever was cleared. How many keys there were is told all the same.</summary>
    public const int MaxHashes = 1_000;

    /// <summary>As many are told of together; the next ones are another.</summary>
    public const int MaxCommands = 256;
}

/// <summary>How much a committed command came to.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="ValueBytes">Bytes of the values that it brought.</param>
/// <param name="Keys">How many keys it touched.</param>
public readonly record struct LoggedCommand(long Revision, long ValueBytes, long Keys);
