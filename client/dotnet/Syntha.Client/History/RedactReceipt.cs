namespace Syntha.Client;

/// <summary>The server's acknowledgement of a redaction.</summary>
/// <param name="Position">The position of the command, or that of the mesh when nothing was redacted.</param>
/// <param name="Replayed">Whether the server knew the request id, changed nothing and repeated its first answer.</param>
/// <param name="RequestId">The id that the call carried: the caller's, or a generated one.</param>
/// <param name="RedactedVersions">How many versions have lost their value by this command.</param>
/// <param name="Removed">Whether the present item was among them, so that it was removed.</param>
/// <param name="HasMore">Whether there are more such versions: one command redacts 10,000 at most. Call again.</param>
public sealed record RedactReceipt(
    Position Position, bool Replayed, Guid RequestId, long RedactedVersions, bool Removed, bool HasMore);
