using System.Collections.Concurrent;

namespace Syntha.Mesh.Serving;

/// <summary>
/// The threads on which costly work of users is done: long looks through a mesh, prompts, globs of streams. The threads of the pool, which
/// serve all calls, are never held by it, and the operating system divides the processors among these threads and the pool's. Each user has
/// one turn at a time, and the users go round. So what is costly for one user waits for that user. Thread-safe.
/// </summary>
internal sealed class WorkThreads(int maxThreads)
{
    // Each user at costly work has a thread, up to so many users. An idle thread costs little.
    private static readonly int UsualThreads = Math.Clamp(4 * Environment.ProcessorCount, 8, 64);

    private readonly BlockingCollection<CostlyWork> line = [];
    private readonly Lock starting = new();
    private int threads;
    private int busy;

    /// <summary>The threads of the process. They start when they are needed, and stay.</summary>
    public static WorkThreads Shared { get; } = new(UsualThreads);

    /// <summary>Puts a user at the end of the line.</summary>
    public void Add(CostlyWork work)
    {
        line.Add(work);
        if (Volatile.Read(ref threads) < maxThreads && Volatile.Read(ref busy) + line.Count > Volatile.Read(ref threads))
        {
            Start();
        }
    }

    private void Start()
    {
        lock (starting)
        {
            if (threads == maxThreads)
            {
                return;
            }

            threads++;
        }
        new Thread(Serve) { IsBackground = true, Name = "Syntha costly work" }.Start();
    }

    private void Serve()
    {
        foreach (var work in line.GetConsumingEnumerable())
        {
            Interlocked.Increment(ref busy);
            var isWaiting = work.TakeTurn();
            Interlocked.Decrement(ref busy);
            if (isWaiting)
            {
                line.Add(work);
            }
        }
    }
}
