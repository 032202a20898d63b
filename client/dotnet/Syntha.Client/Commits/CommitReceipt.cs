namespace Syntha.Client;

/// <summary>The server's acknowledgement of a commit: from now on it survives a crash of the server and loss of power.</summary>
/// <param name="Position">
/// The position of the command, or that of the mesh when nothing was changed. Its revision is that of every item written.
/// </param>
/// <param name="Replayed">Whether the server knew the request id, changed nothing and repeated its first answer.</param>
/// <param name="RequestId">The id that the call carried: the caller's, or a generated one.</param>
/// <param name="Results">One result for each operation, in order.</param>
public sealed record CommitReceipt(Position Position, bool Replayed, Guid RequestId, IReadOnlyList<OperationResult> Results);
