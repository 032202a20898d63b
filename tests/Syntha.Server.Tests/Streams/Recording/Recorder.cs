using System.Collections.Concurrent;

namespace Syntha.Server.Tests.Streams.Recording;

/// <summary>
/// Notes what a user's clients did and were told, in the order in which they saw it: writes with their answers, streams with their
/// messages. Thread-safe; one task reads each stream.
/// </summary>
internal sealed class Recorder
{
    private readonly ConcurrentQueue<WriteRecord> writes = new();
    private readonly ConcurrentQueue<(Subscription Subscription, IReadOnlyList<StreamRecord> Streams)> subscribers = new();
    private long moment;

    public IEnumerable<WriteRecord> Writes => writes;

    public long Next() => Interlocked.Increment(ref moment);

    public void Add(Subscription subscription, IReadOnlyList<StreamRecord> streams) => subscribers.Enqueue((subscription, streams));

    /// <summary>Pushes an item, and notes the acknowledged item and its revision.</summary>
    public async Task<long> PushAsync(
        TestUser user, string key, string json = "1", string[]? topics = null, string[]? subscribers = null, string? agent = null,
        TimeSpan? ttl = null)
    {
        var sent = Next();
        var answer = await user.Mesh.PushAsync(TestUser.Push(key, json, topics, subscribers, agent, ttl));
        return Note(sent, answer.Position, answer.Replayed, [(key, json)]);
    }

    /// <summary>Pushes several items at once, and notes them in the same way.</summary>
    public async Task<long> PushManyAsync(TestUser user, ItemWrite[] entries)
    {
        var sent = Next();
        var answer = await user.Mesh.PushManyAsync(new() { Items = { entries } });
        return Note(sent, answer.Position, answer.Replayed, [.. entries.Select(entry => (entry.Key, entry.ValueJson))]);
    }

    /// <summary>Judges the whole record by the user's log.</summary>
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

/// <param name="Sent">The time of the call.</param>
/// <param name="Revision">The answered revision.</param>
/// <param name="IsReplayed">Whether the answer was marked as that of an earlier call with the same request id.</param>
/// <param name="Items">The pushed items.</param>
internal sealed record WriteRecord(long Sent, long Revision, bool IsReplayed, (string Key, string Value)[] Items);
