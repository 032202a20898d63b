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

    // Users in the line, and those whose turn it is.
    private int users;

    /// <summary>The threads of the process. They start when they are needed, and stay.</summary>
    public static WorkThreads Shared { get; } = new(UsualThreads);

    /// <summary>Puts a user at the end of the line.</summary>
    public void Add(CostlyWork work)
    {
        var count = Interlocked.Increment(ref users);
        line.Add(work);
        if (count > Volatile.Read(ref threads))
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
            if (work.TakeTurn())
            {
                line.Add(work);
            }
            else
            {
                Interlocked.Decrement(ref users);
            }
        }
    }
}
