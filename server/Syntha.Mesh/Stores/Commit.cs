namespace Syntha.Mesh.Stores;

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
