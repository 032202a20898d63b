namespace Syntha.Client;

/// <summary>What keeps an undo from a key or an agent. Immutable.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Revision">
/// For <see cref="UndoObstacleKind.BuiltOn"/>: the revision of the change that stands in the way. 0 when the reader could not see it.
/// </param>
/// <param name="Author">The agent that made this change. <see langword="null"/>: the owner, or the reader could not see it.</param>
public sealed record UndoObstacle(UndoObstacleKind Kind, long Revision, string? Author)
{
    internal static UndoObstacle From(V1.UndoObstacle wire) => new(
        wire.Kind switch
        {
            V1.UndoObstacleKind.BuiltOn => UndoObstacleKind.BuiltOn,
            V1.UndoObstacleKind.Redacted => UndoObstacleKind.Redacted,
            V1.UndoObstacleKind.NotAllowed => UndoObstacleKind.NotAllowed,
            _ => UndoObstacleKind.Unknown,
        },
        wire.Revision,
        wire.HasAuthor ? wire.Author : null);
}
