namespace Syntha.Mesh.Writing;

/// <summary>How a command ended.</summary>
/// <param name="Position">The command's position, or the mesh's where it changed nothing.</param>
/// <param name="IsReplay">Whether the request id was known and this is the first call's answer.</param>
/// <param name="Answer">What it answers.</param>
/// <param name="HasChanges">Whether it is in the log now because of this call.</param>
public sealed record CommandResult(Position Position, bool IsReplay, CommandAnswer Answer, bool HasChanges = false);
