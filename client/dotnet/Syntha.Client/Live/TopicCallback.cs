using System.Text.Json;

namespace Syntha.Client.Live;

/// <summary>
/// Tells a callback what a subscription to one topic hands out. It remembers which keys it has told of, and as of which revision, so that
/// a snapshot can be told as what has changed. Runs once.
/// </summary>
internal sealed class TopicCallback(string topic, Func<string, string, JsonElement?, Task> callback)
{
    // Of an item that may be another one, although its revision is the same.
    private const long UnknownRevision = -1;

    private readonly Dictionary<string, long> told = new(StringComparer.Ordinal);
    private readonly HashSet<string> inSnapshot = new(StringComparer.Ordinal);

    internal async Task RunAsync(IAsyncEnumerable<ContextEvent> events)
    {
        await foreach (var contextEvent in events.ConfigureAwait(false))
        {
            await TellAsync(contextEvent).ConfigureAwait(false);
        }
    }

    private async Task TellAsync(ContextEvent contextEvent)
    {
        switch (contextEvent)
        {
            case ContextEvent.Committed committed:
                foreach (var change in committed.Changes)
                {
                    await TellAsync(change).ConfigureAwait(false);
                }

                break;
            case ContextEvent.Reset { Reason: ResetReason.EpochChanged or ResetReason.RevisionInFuture }:
                foreach (var key in told.Keys)
                {
                    told[key] = UnknownRevision;
                }

                break;
            case ContextEvent.SnapshotStarted:
                inSnapshot.Clear();
                break;
            case ContextEvent.SnapshotItems { Items: var items }:
                foreach (var item in items)
                {
                    inSnapshot.Add(item.Key);
                    await TellAsync(item).ConfigureAwait(false);
                }

                break;
            case ContextEvent.SnapshotCompleted:
                foreach (var key in told.Keys.Where(key => !inSnapshot.Contains(key)).ToList())
                {
                    await TellGoneAsync(key).ConfigureAwait(false);
                }

                inSnapshot.Clear();
                break;
        }
    }

    private Task TellAsync(ContextChange change) =>
        change.IsGone ? TellGoneAsync(change.Key)
        : change.Item is { HasValue: true } item ? TellAsync(item)
        // Expired since: the change that says so follows.
        : Task.CompletedTask;

    private Task TellAsync(ContextItem item)
    {
        if (told.TryGetValue(item.Key, out var revision) && revision == item.Revision)
        {
            return Task.CompletedTask;
        }

        told[item.Key] = item.Revision;
        return callback(topic, item.Key, item.Value);
    }

    private Task TellGoneAsync(string key)
    {
        told.Remove(key);
        return callback(topic, key, null);
    }
}
