using System.Collections.Concurrent;
using Syntha.Mesh.Writing;

namespace Syntha.Mesh.Serving;

/// <summary>
/// The commands that wait for their group, in the order in which they came. Any thread adds; the writer takes. Thread-safe.
/// </summary>
internal sealed class CommandQueue
{
    // A group ends here, so that its transaction stays small and the commands behind it get their turn.
    private const int MaxCommandsPerGroup = 512;

    private readonly ConcurrentQueue<PendingCommand> waiting = new();

    public int Count => waiting.Count;

    public bool IsEmpty => waiting.IsEmpty;

    /// <summary>The request ids of the next group, as far as it has come.</summary>
    public Guid[] ExpectedRequests => [.. PendingCommand.RequestsOf(waiting.Take(MaxCommandsPerGroup))];

    public void Add(PendingCommand command) => waiting.Enqueue(command);

    /// <summary>Takes the next group, without the commands that their callers have given up.</summary>
    public List<PendingCommand> TakeGroup()
    {
        var commands = new List<PendingCommand>();
        while (commands.Count < MaxCommandsPerGroup && waiting.TryDequeue(out var pending))
        {
            if (!pending.IsAbandoned)
            {
                commands.Add(pending);
            }
        }
        return commands;
    }

    /// <summary>Refuses every command that waits.</summary>
    public void Refuse(MeshException cause)
    {
        while (waiting.TryDequeue(out var pending))
        {
            pending.TrySetException(cause);
        }
    }
}

/// <summary>A command that waits for its group, and the caller who waits for the answer.</summary>
internal sealed class PendingCommand(MeshCommand command, CancellationToken cancellationToken)
    // Continuations must not run on the writer's thread: the next group would wait for what a caller does with the answer.
    : TaskCompletionSource<CommandResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public MeshCommand Command => command;

    /// <summary>
    /// Whether the caller gave up before a group took the command. A command that a group has taken is carried out in any case.
    /// </summary>
    public bool IsAbandoned => cancellationToken.IsCancellationRequested && TrySetCanceled(cancellationToken);

    public static HashSet<Guid> RequestsOf(IEnumerable<PendingCommand> commands) =>
        [.. commands.Select(pending => pending.Command.Request?.Id).OfType<Guid>()];

    public static void Refuse(List<PendingCommand> commands, MeshException cause)
    {
        foreach (var pending in commands)
        {
            pending.TrySetException(cause);
        }
    }
}
