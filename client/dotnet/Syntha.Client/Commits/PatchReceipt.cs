using System.Text.Json;

namespace Syntha.Client;

/// <summary>The server's acknowledgement of a patch: from now on it survives a crash of the server and loss of power.</summary>
/// <param name="Position">The position of the command, or that of the mesh when the patch changed nothing.</param>
/// <param name="Replayed">Whether the server knew the request id, changed nothing and repeated its first answer.</param>
/// <param name="RequestId">The id that the call carried: the caller's, or a generated one.</param>
/// <param name="Result">
/// The new number after an increment, and the new length of the list after a change of a list. <see langword="null"/> otherwise.
/// </param>
public readonly record struct PatchReceipt(Position Position, bool Replayed, Guid RequestId, JsonElement? Result);
