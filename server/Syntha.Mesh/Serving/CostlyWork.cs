using System.Collections.Concurrent;

namespace Syntha.Mesh.Serving;

/// <summary>
/// One user's costly work. Its turns come one after the other, in the order in which they were asked for. Thread-safe.
/// </summary>
internal sealed class CostlyWork(WorkThreads threads)
{
    private readonly ConcurrentQueue<WorkTurn> waiting = new();
    private int isInLine;

    /// <summary>How many turns wait.</summary>
    public int Waiting => waiting.Count;

    /// <summary>
    /// A turn. What the caller does after it has awaited the turn, until it waits for something else, is done in the turn. So a caller
    /// awaits another turn after each slice of its work, and the turns of the user's other callers come in between.
    /// </summary>
    public WorkTurn TurnAsync(CancellationToken cancellationToken) => new(this, cancellationToken);

    /// <summary>Carries out the next turn on this thread. True: there are more, and the user goes to the end of the line.</summary>
    public bool TakeTurn()
    {
        if (waiting.TryDequeue(out var turn))
        {
            turn.Begin();
        }

        if (!waiting.IsEmpty)
        {
            return true;
        }

        // As in the writer of a mesh: a full fence between the look and the gate.
        Interlocked.Exchange(ref isInLine, 0);
        return !waiting.IsEmpty && Interlocked.Exchange(ref isInLine, 1) == 0;
    }

    internal void Add(WorkTurn turn)
    {
        waiting.Enqueue(turn);
        if (Interlocked.Exchange(ref isInLine, 1) == 0)
        {
            threads.Add(this);
        }
    }
}
