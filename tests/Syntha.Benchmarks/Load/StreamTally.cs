namespace Syntha.Benchmarks.Load;

/// <summary>
/// Counts what streams have received, and waits until it is enough. Connections add, each from its thread; one thread waits at a time.
/// </summary>
internal sealed class StreamTally : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly ManualResetEventSlim enough = new();
    private long messages;
    private long changes;
    private long openings;
    private long bytes;
    private long awaitedOpenings = long.MaxValue;
    private long awaitedChanges = long.MaxValue;

    /// <summary>Messages that told something: neither the first of a stream nor signs of life.</summary>
    public long Messages => Volatile.Read(ref messages);

    public long Changes => Volatile.Read(ref changes);

    /// <summary>Bytes of these messages, without framing.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    /// <param name="changesOfMessage">How many changes the message tells; 0: it is the first of its stream, or a sign of life.</param>
    /// <param name="messageBytes">Its size.</param>
    public void Add(int changesOfMessage, int messageBytes)
    {
        if (changesOfMessage == 0)
        {
            if (Interlocked.Increment(ref openings) >= Volatile.Read(ref awaitedOpenings))
            {
                enough.Set();
            }

            return;
        }

        Interlocked.Increment(ref messages);
        Interlocked.Add(ref bytes, messageBytes);
        if (Interlocked.Add(ref changes, changesOfMessage) >= Volatile.Read(ref awaitedChanges))
        {
            enough.Set();
        }
    }

    /// <summary>Waits until so many streams have begun.</summary>
    public void WaitForOpenings(long count, StreamConnection[] connections, CancellationToken cancellationToken)
    {
        Volatile.Write(ref awaitedOpenings, count);
        Wait(() => Volatile.Read(ref openings) >= count, connections, cancellationToken);
        Volatile.Write(ref awaitedOpenings, long.MaxValue);
    }

    /// <summary>Waits until all streams together have received so many changes since the beginning.</summary>
    public void WaitForChanges(long count, StreamConnection[] connections, CancellationToken cancellationToken)
    {
        Volatile.Write(ref awaitedChanges, count);
        Wait(() => Changes >= count, connections, cancellationToken);
        Volatile.Write(ref awaitedChanges, long.MaxValue);
    }

    public void Dispose() => enough.Dispose();

    private void Wait(Func<bool> isEnough, StreamConnection[] connections, CancellationToken cancellationToken)
    {
        const int LookAfterMilliseconds = 200;
        for (var waited = 0; !isEnough(); waited += LookAfterMilliseconds)
        {
            Array.ForEach(connections, static connection => connection.ThrowIfFailed());
            if (waited > LongestWait.TotalMilliseconds)
            {
                throw new BenchmarkException($"Streams got stuck: {Changes} changes in {Messages} messages have come, not what was awaited.");
            }

            enough.Wait(LookAfterMilliseconds, cancellationToken);
            enough.Reset();
        }
    }
}
