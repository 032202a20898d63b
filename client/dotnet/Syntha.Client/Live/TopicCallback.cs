using System.Text.Json;

namespace Syntha.Client;

/// <summary>
/// Calls a callback for the events of a subscription to one topic. It remembers each key that the callback was told of, with its revision,
/// so that it can tell a snapshot as the differences. For one subscription.
/// </summary>
internal sealed class TopicCallback(string topic, Func<string, string, JsonElement?, Task> callback)
{
    // Stands for an item of another life of the store, which may differ although its revision is the same.
    private const long UnknownRevision = -1;

    private readonly Dictionary<string, long> told = new(StringComparer.Ordinal);
    private readonly HashSet<string> inSnapshot = new(StringComparer.Ordinal);

    internal async Task TellAsync(ContextEvent contextEvent)
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
        // The item has expired since. The change that says so follows.
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
