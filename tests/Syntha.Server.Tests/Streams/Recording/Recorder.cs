using System.Collections.Concurrent;

namespace Syntha.Server.Tests.Streams.Recording;

/// <summary>
/// Notes what a user's clients did and what they were told, in the order in which they saw it: writes with their answers, streams with their
/// messages. Thread-safe; each stream is read by one task.
/// </summary>
internal sealed class Recorder
{
    private readonly ConcurrentQueue<WriteRecord> writes = new();
    private readonly ConcurrentQueue<(Subscription Subscription, IReadOnlyList<StreamRecord> Streams)> subscribers = new();
    private long moment;

    public IEnumerable<WriteRecord> Writes => writes;

    public long Next() => Interlocked.Increment(ref moment);

    public void Add(Subscription subscription, IReadOnlyList<StreamRecord> streams) => subscribers.Enqueue((subscription, streams));

    /// <summary>Makes a write and notes the revision that it was acknowledged with.</summary>
    public async Task<long> WriteAsync(Func<Task<long>> write)
    {
        var sent = Next();
        var revision = await write();
        writes.Enqueue(new(sent, revision));
        return revision;
    }

    /// <summary>Judges everything that was recorded by the user's log.</summary>
    public void Verify(LogTable log)
    {
        Assert.Empty(Validators.Acknowledged(log, writes));
        foreach (var (subscription, streams) in subscribers)
            Assert.Empty(Validators.All(log, subscription, streams, writes));
    }
}

/// <param name="Sent">When the call was made.</param>
/// <param name="Revision">What it was answered.</param>
internal sealed record WriteRecord(long Sent, long Revision);
