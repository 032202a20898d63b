using System.Collections.Immutable;
using Syntha.Client;

namespace Syntha.Server.Tests.Streams.Recording;

/// <summary>
/// Records a subscription of the .NET client as the streams that it must have had. The client reconnects and resumes by itself, and the
/// same validators judge what it handed out.
/// </summary>
internal sealed class ClientSubscriber
{
    private readonly Recorder recorder;
    private readonly List<StreamRecord> streams = [];
    private readonly Dictionary<string, string> items = [];
    private ImmutableDictionary<string, string>.Builder? snapshot;

    public ClientSubscriber(Recorder recorder, Subscription subscription)
    {
        this.recorder = recorder;
        recorder.Add(subscription, streams);
    }

    /// <summary>How often the subscription was established.</summary>
    public int Connections => streams.Count;

    public int Resets { get; private set; }

    public Syntha.Client.Position? Through { get; private set; }

    /// <summary>The items that it holds now: key and value.</summary>
    public SortedDictionary<string, string> Items => new(items, StringComparer.Ordinal);

    /// <summary>Takes events until it has reached a revision.</summary>
    public async Task ReadToAsync(IAsyncEnumerator<ContextEvent> events, Func<long> revision)
    {
        while (Through is null || Through.Value.Revision < revision())
        {
            Assert.True(await events.MoveNextAsync(), "The subscription ended silently.");
            Note(events.Current);
        }
    }

    private void Note(ContextEvent told)
    {
        switch (told)
        {
            case ContextEvent.Established established:
                streams.Add(new(established.IsSnapshotAhead ? new() { Snapshot = new() }
                    : Through is { } through ? new() { After = Wire(through) }
                    : new() { Now = new() }));
                Add(new() { Established = new() { Position = Wire(established.Position), SnapshotFollows = established.IsSnapshotAhead } });
                break;
            case ContextEvent.Reset reset:
                Resets++;
                if (reset.Reason == ResetReason.AudienceChanged)
                {
                    Add(new() { Reset = new() { Position = new() } });
                }

                Through = null;
                break;
            case ContextEvent.SnapshotStarted started:
                if (streams[^1].Received[^1].Message.Reset is { } open)
                {
                    open.Position = Wire(started.Position);
                }

                snapshot = ImmutableDictionary.CreateBuilder<string, string>();
                break;
            case ContextEvent.SnapshotItems part:
                var chunk = new SnapshotChunk();
                chunk.Items.AddRange(part.Items.Select(Wire));
                Add(new() { SnapshotChunk = chunk });
                foreach (var item in part.Items)
                {
                    snapshot![item.Key] = item.ValueJson;
                }

                break;
            case ContextEvent.SnapshotCompleted completed:
                Add(new() { SnapshotEnd = new() { Position = Wire(completed.Position) } });
                items.Clear();
                foreach (var (key, value) in snapshot!)
                {
                    items[key] = value;
                }

                Through = completed.Position;
                break;
            case ContextEvent.Committed committed:
                var changes = new Changes { Through = Wire(committed.Position) };
                changes.Changes_.AddRange(committed.Changes.Select(Wire));
                Add(new() { Changes = changes });
                foreach (var change in committed.Changes)
                {
                    if (change.Item is { HasValue: true } item)
                    {
                        items[item.Key] = item.ValueJson;
                    }
                    else
                    {
                        items.Remove(change.Key);
                    }
                }
                Through = committed.Position;
                break;
            case ContextEvent.Progress progress:
                Add(new() { Progress = new() { Through = Wire(progress.Position) } });
                Through = progress.Position;
                break;
        }
    }

    private void Add(SubscribeResponse message) => streams[^1].Add(recorder.Next(), message);

    private static V1.Position Wire(Syntha.Client.Position position) => new() { Epoch = position.Epoch, Revision = position.Revision };

    private static V1.Change Wire(ContextChange change)
    {
        var wire = new V1.Change { Kind = (V1.ChangeKind)change.Kind, Revision = change.Revision, Index = change.Index, Key = change.Key };
        if (change.Item is { } item)
        {
            wire.Item = Wire(item);
        }

        return wire;
    }

    private static Item Wire(ContextItem item)
    {
        var wire = new Item { Key = item.Key, Revision = item.Revision };
        if (item.HasValue)
        {
            wire.ValueJson = item.ValueJson;
        }

        return wire;
    }
}
