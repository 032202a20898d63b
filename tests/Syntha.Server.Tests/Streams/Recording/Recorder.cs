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

    /// <summary>Pushes an item, and notes what was acknowledged and as which revision.</summary>
    public async Task<long> PushAsync(
        TestUser user, string key, string json = "1", string[]? topics = null, string[]? subscribers = null, string? agent = null,
        TimeSpan? ttl = null)
    {
        var sent = Next();
        var answer = await user.Mesh.PushAsync(TestUser.Push(key, json, topics, subscribers, agent, ttl));
        return Note(sent, answer.Position, answer.Replayed, [(key, json)]);
    }

    /// <summary>Pushes several items at once, likewise.</summary>
    public async Task<long> PushManyAsync(TestUser user, ItemWrite[] entries)
    {
        var sent = Next();
        var answer = await user.Mesh.PushManyAsync(new() { Items = { entries } });
        return Note(sent, answer.Position, answer.Replayed, [.. entries.Select(entry => (entry.Key, entry.ValueJson))]);
    }

    /// <summary>Judges everything that was recorded by the user's log.</summary>
    public void Verify(LogTable log)
    {
        Assert.Empty(Validators.Acknowledged(log, writes));
        foreach (var (subscription, streams) in subscribers)
        {
            Assert.Empty(Validators.All(log, subscription, streams, writes));
        }
    }

    private long Note(long sent, Position position, bool isReplayed, (string Key, string Value)[] items)
    {
        writes.Enqueue(new(sent, position.Revision, isReplayed, items));
        return position.Revision;
    }
}

/// <param name="Sent">When the call was made.</param>
/// <param name="Revision">What it was answered.</param>
/// <param name="IsReplayed">Whether that was said to be the answer of an earlier call with the same request id.</param>
/// <param name="Items">What it pushed.</param>
internal sealed record WriteRecord(long Sent, long Revision, bool IsReplayed, (string Key, string Value)[] Items);
