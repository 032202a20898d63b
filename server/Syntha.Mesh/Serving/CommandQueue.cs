using System.Collections.Concurrent;
using Syntha.Mesh.Writing;

namespace Syntha.Mesh.Serving;

/// <summary>
/// The commands that wait for their group, in the order in which they came, and their bytes. A command counts until its group has ended.
/// Any thread adds; the writer takes. Thread-safe.
/// </summary>
internal sealed class CommandQueue(QueueBudget budget)
{
    // A group ends here, so that its transaction stays small and the commands behind it get their turn.
    private const int MaxCommandsPerGroup = 512;
    private const long MaxBytesPerGroup = 16 * 1024 * 1024;

    private readonly ConcurrentQueue<PendingCommand> waiting = new();
    private long bytes;

    public int Count => waiting.Count;

    /// <summary>The bytes of the commands that wait, and of the group under way.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    public bool IsEmpty => waiting.IsEmpty;

    /// <summary>The request ids of the next group, as far as it has come.</summary>
    public Guid[] ExpectedRequests => [.. PendingCommand.RequestsOf(waiting.Take(MaxCommandsPerGroup))];

    /// <summary>Adds a command of the mesh's own, which is small.</summary>
    public void Add(PendingCommand command)
    {
        CountBytes(command.Bytes);
        waiting.Enqueue(command);
    }

    /// <summary>
    /// Adds a caller's command, or tells why there is no room for it. Where nothing waits, a command of any size has room, so that none is
    /// refused for ever.
    /// </summary>
    public MeshException? FindRefusal(PendingCommand command)
    {
        var own = Interlocked.Add(ref bytes, command.Bytes);
        var all = budget.Count(command.Bytes);
        var refusal = own > budget.MaxBytesPerUser && own > command.Bytes ? QueueBudget.UserIsFull(budget.MaxBytesPerUser)
            : all > budget.MaxBytes && all > command.Bytes ? QueueBudget.ServerIsFull()
            : null;
        if (refusal is null)
        {
            waiting.Enqueue(command);
        }
        else
        {
            CountBytes(-command.Bytes);
        }

        return refusal;
    }

    /// <summary>Takes the next group, without the commands that their callers have given up.</summary>
    /// <param name="group">Receives the commands. Should that fail, no command is lost: it is in the queue or in the group.</param>
    public void TakeGroup(List<PendingCommand> group)
    {
        long taken = 0;
        while (group.Count < MaxCommandsPerGroup && taken < MaxBytesPerGroup && waiting.TryPeek(out var pending))
        {
            if (pending.IsAbandoned)
            {
                CountBytes(-pending.Bytes);
            }
            else
            {
                group.Add(pending);
                taken += pending.Bytes;
            }
            waiting.TryDequeue(out _);
        }
    }

    /// <summary>The commands have their answers.</summary>
    public void Release(List<PendingCommand> group)
    {
        foreach (var pending in group)
        {
            CountBytes(-pending.Bytes);
        }
    }

    /// <summary>Refuses every command that waits.</summary>
    public void Refuse(MeshException cause)
    {
        while (waiting.TryDequeue(out var pending))
        {
            CountBytes(-pending.Bytes);
            pending.Refuse(cause);
        }
    }

    private void CountBytes(long added)
    {
        Interlocked.Add(ref bytes, added);
        budget.Count(added);
    }
}

/// <summary>The commands of one group. They leave the queue's count of bytes when it is disposed.</summary>
internal sealed class CommandBatch(CommandQueue queue) : IDisposable
{
    public List<PendingCommand> Commands { get; } = [];

    public void Fill() => queue.TakeGroup(Commands);

    /// <summary>Refuses the commands that have no answer yet.</summary>
    public void Refuse(MeshException cause)
    {
        foreach (var pending in Commands)
        {
            pending.Refuse(cause);
        }
    }

    public void Dispose() => queue.Release(Commands);
}

/// <summary>
/// A command that waits for its group, and the caller who waits for the answer. The writer decides the answer, once. The caller goes on
/// with it on a thread of the pool: the next group must not wait for what callers do with their answers.
/// </summary>
/// <param name="command">The command.</param>
/// <param name="bytes">An estimate of the command's memory.</param>
/// <param name="isAlone">
/// Whether the caller goes on by itself. Else it goes on after other callers of its group, on their thread, and its task ends only then.
/// </param>
/// <param name="cancellationToken">Ends the wait for a group.</param>
internal sealed class PendingCommand(MeshCommand command, long bytes, bool isAlone, CancellationToken cancellationToken)
    : TaskCompletionSource<CommandResult>(isAlone ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None)
{
    private const int MaxAtOnce = 32;

    // The writer's own.
    private bool isDecided;

    public MeshCommand Command => command;

    /// <summary>An estimate of the command's memory.</summary>
    public long Bytes => bytes;

    /// <summary>
    /// Whether the caller gave up before a group took the command. A command that a group has taken is carried out in any case.
    /// </summary>
    public bool IsAbandoned => cancellationToken.IsCancellationRequested && TryDecide(TryGiveUp);

    private bool IsAlone => isAlone;

    public static HashSet<Guid> RequestsOf(IEnumerable<PendingCommand> commands) =>
        [.. commands.Select(pending => pending.Command.Request?.Id).OfType<Guid>()];

    /// <summary>
    /// Gives callers their results. A thread of the pool takes some at a time and lets their callers go on one after the other. To hand
    /// over each caller by itself costs much of what the caller's own work does.
    /// </summary>
    public static void Answer(IReadOnlyList<(PendingCommand Pending, CommandResult Result)> answers)
    {
        for (var begin = 0; begin < answers.Count; begin += MaxAtOnce)
        {
            var end = Math.Min(begin + MaxAtOnce, answers.Count);
            var isLeft = false;
            for (var index = begin; index < end; index++)
            {
                var (pending, result) = answers[index];
                isLeft |= !pending.IsAlone;
                if (pending.IsAlone)
                {
                    pending.SetResult(result);
                }

                pending.isDecided = true;
            }
            if (isLeft)
            {
                ThreadPool.UnsafeQueueUserWorkItem(Give, (answers, begin, end), preferLocal: false);
            }
        }
    }

    /// <summary>Refuses the command, unless it has its answer.</summary>
    public void Refuse(Exception cause) => TryDecide(() => TrySetException(cause));

    private static void Give((IReadOnlyList<(PendingCommand Pending, CommandResult Result)> Answers, int Begin, int End) some)
    {
        for (var index = some.Begin; index < some.End; index++)
        {
            var (pending, result) = some.Answers[index];
            if (!pending.IsAlone)
            {
                pending.SetResult(result);
            }
        }
    }

    private bool TryGiveUp() => TrySetCanceled(cancellationToken);

    private bool TryDecide(Func<bool> give)
    {
        if (isDecided)
        {
            return false;
        }

        if (isAlone)
        {
            give();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static decided => decided(), give, preferLocal: false);
        }

        return isDecided = true;
    }
}
