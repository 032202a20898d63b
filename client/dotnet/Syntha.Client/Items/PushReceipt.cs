namespace Syntha.Client;

/// <summary>The server's acknowledgement: from now on the push survives a crash of the server and loss of power.</summary>
/// <param name="Position">
/// The position of the command. <see cref="PushOptions.IfRevision"/> compares with its revision.
/// </param>
/// <param name="Replayed">
/// Whether the server knew the request id, changed nothing and repeated its first answer. The client retries by itself, so this may be
/// <see langword="true"/> for a push that the caller made once.
/// </param>
/// <param name="RequestId">The id that the call carried: the caller's, or a generated one.</param>
public readonly record struct PushReceipt(Position Position, bool Replayed, Guid RequestId);
