namespace Syntha.Client;

/// <summary>The server's acknowledgement of an undo.</summary>
/// <param name="Position">
/// The position of the command, or that of the mesh when nothing was changed. <see cref="UndoScope.Command"/> takes it: an undo can be
/// undone.
/// </param>
/// <param name="Replayed">Whether the server knew the request id, changed nothing and repeated its first answer.</param>
/// <param name="RequestId">The id that the call carried: the caller's, or a generated one.</param>
/// <param name="Undone">How many keys and agents became what they were.</param>
/// <param name="LeftAlone">How many were left alone for an obstacle.</param>
public sealed record UndoReceipt(Position Position, bool Replayed, Guid RequestId, long Undone, long LeftAlone);
