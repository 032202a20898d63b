namespace Syntha.Mesh.Stores;

/// <summary>A committed command, as the audit trail tells of it.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="Time">When.</param>
/// <param name="Actor">The agent that did it; null: the owner, or the server itself.</param>
/// <param name="Origin">Where it came from; null: it was committed by a version that did not keep that.</param>
/// <param name="Keys">How many keys it touched.</param>
/// <param name="KeyHashes">A hash of <see cref="HashBytes"/> for each of them, one after the other, up to <see cref="MaxHashes"/>.</param>
/// <param name="ValueBytes">Bytes of the values that it brought.</param>
public sealed record Commit(long Revision, DateTimeOffset Time, AgentName? Actor, CommandOrigin? Origin, long Keys, byte[] KeyHashes, long ValueBytes)
{
    public const int HashBytes = 16;

    /// <summary>So that an entry stays small, whatever was cleared. How many keys there were is told all the same.</summary>
    public const int MaxHashes = 1_000;
}
