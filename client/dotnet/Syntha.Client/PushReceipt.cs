namespace Syntha.Client;

/// <summary>What the server acknowledged: from this moment the push survives a crash of the server and loss of power.</summary>
/// <param name="Position">
/// The position of the command; its revision is the one that <see cref="PushOptions.IfRevision"/> compares with.
/// </param>
/// <param name="Replayed">
/// Whether the server knew the request id, changed nothing and repeated its first answer. The client retries by itself, so this may
/// be <see langword="true"/> without the caller having repeated anything.
/// </param>
/// <param name="RequestId">The id that the call carried, given by the caller or generated.</param>
public readonly record struct PushReceipt(Position Position, bool Replayed, Guid RequestId);
