using Syntha.Mesh.Writing;

namespace Syntha.Mesh.Serving;

/// <summary>A command that waits for its group, and the caller who waits for it.</summary>
internal sealed class PendingCommand(MeshCommand command, CancellationToken cancellationToken)
    // Continuations must not run on the writer's thread: the next group would wait for whatever a caller does with the answer.
    : TaskCompletionSource<CommandResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public MeshCommand Command => command;

    /// <summary>Ends the wait of a command that no group has taken yet; afterwards it is carried out whatever the caller does.</summary>
    public bool IsAbandoned => cancellationToken.IsCancellationRequested && TrySetCanceled(cancellationToken);
}
