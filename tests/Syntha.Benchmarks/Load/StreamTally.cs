namespace Syntha.Benchmarks.Load;

/// <summary>
/// Counts the messages and changes that streams have received, and waits for a number of them. Each connection adds from its own thread.
/// One thread waits at a time.
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

    /// <summary>Messages with changes: neither the first message of a stream nor a heartbeat.</summary>
    public long Messages => Volatile.Read(ref messages);

    public long Changes => Volatile.Read(ref changes);

    /// <summary>Bytes of these messages, without framing.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    /// <param name="changesOfMessage">The number of changes in the message; 0: it is the first of its stream, or a heartbeat.</param>
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

    /// <summary>Waits until this many streams have begun.</summary>
    public void WaitForOpenings(long count, Action throwIfFailed, CancellationToken cancellationToken)
    {
        Volatile.Write(ref awaitedOpenings, count);
        Wait(() => Volatile.Read(ref openings) >= count, throwIfFailed, cancellationToken);
        Volatile.Write(ref awaitedOpenings, long.MaxValue);
    }

    /// <summary>Waits until all streams together have received this many changes since the beginning.</summary>
    public void WaitForChanges(long count, Action throwIfFailed, CancellationToken cancellationToken)
    {
        Volatile.Write(ref awaitedChanges, count);
        Wait(() => Changes >= count, throwIfFailed, cancellationToken);
        Volatile.Write(ref awaitedChanges, long.MaxValue);
    }

    public void Dispose() => enough.Dispose();

    private void Wait(Func<bool> isEnough, Action throwIfFailed, CancellationToken cancellationToken)
    {
        const int LookAfterMilliseconds = 200;
        for (var waited = 0; !isEnough(); waited += LookAfterMilliseconds)
        {
            throwIfFailed();
            if (waited > LongestWait.TotalMilliseconds)
            {
                throw new BenchmarkException($"Streams got stuck after {Changes} changes in {Messages} messages.");
            }

            enough.Wait(LookAfterMilliseconds, cancellationToken);
            enough.Reset();
        }
    }
}
