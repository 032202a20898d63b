using Google.Protobuf.WellKnownTypes;

namespace Syntha.Server.Tests.Streams.Recording;

/// <summary>
/// A subscriber that uses generated stubs. It records its messages and resumes as a careful client does, after the last position it was
/// told. One task at a time may use it.
/// </summary>
internal sealed class TestSubscriber : IAsyncDisposable
{
    private readonly Recorder recorder;
    private readonly List<StreamRecord> streams = [];
    private Action close = () => { };
    private Func<Task<SubscribeResponse?>> next = () => Task.FromResult<SubscribeResponse?>(null);

    public TestSubscriber(Recorder recorder, Subscription subscription)
    {
        (this.recorder, Subscription) = (recorder, subscription);
        recorder.Add(subscription, streams);
    }

    public Subscription Subscription { get; }

    public IReadOnlyList<StreamRecord> Streams => streams;

    /// <summary>The last position it may resume after; null while it has none.</summary>
    public Position? Through { get; private set; }

    public Established? Established { get; private set; }

    public Ending? Ending { get; private set; }

    /// <summary>The number of resets it was told.</summary>
    public int Resets { get; private set; }

    public IEnumerable<Change> Changes =>
        streams.SelectMany(stream => stream.Received).SelectMany(received => received.Message.Changes?.Changes_ ?? []);

    /// <summary>Opens a stream without reading from it.</summary>
    public void Begin(TestUser user, StreamStart start)
    {
        Close();
        streams.Add(new(start));
        var filter = new ItemFilter { KeyPrefix = Subscription.Prefix, Topics = { Subscription.Topics } };
        var view = Subscription.IsKeysOnly ? ItemView.Keys : ItemView.Json;
        if (Subscription.Glob is { } glob)
        {
            filter.KeyGlob = glob;
        }

        var heartbeat = Duration.FromTimeSpan(Subscription.Heartbeat);
        if (Subscription.IsRegistering)
        {
            Read(
                user.Tools.SubscribeToTopics(new()
                {
                    AsAgent = Subscription.Agent,
                    Filter = filter,
                    View = view,
                    Start = start,
                    Heartbeat = heartbeat,
                    Kinds = { Subscription.Kinds },
                }));
            return;
        }
        var request = new SubscribeRequest
        {
            Filter = filter,
            View = view,
            Start = start,
            Heartbeat = heartbeat,
            Kinds = { Subscription.Kinds },
            IncludeAgents = Subscription.IncludesAgents,
        };
        if (Subscription.Agent is { } agent)
        {
            request.AsAgent = agent;
        }

        Read(user.Mesh.Subscribe(request));
    }

    /// <summary>Opens a stream and returns when it is established.</summary>
    public async Task OpenAsync(TestUser user, StreamStart start)
    {
        Begin(user, start);
        await ReadAsync();
        if (streams[^1].Failure is { } failure)
        {
            throw failure;
        }
    }

    public Task OpenAsync(TestUser user) => OpenAsync(user, new() { Now = new() });

    public Task OpenWithSnapshotAsync(TestUser user) => OpenAsync(user, new() { Snapshot = new() });

    /// <summary>Goes on after the last position it was told, or starts again with a snapshot if it has no position.</summary>
    public Task ResumeAsync(TestUser user) =>
        OpenAsync(user, Through is { } through ? new() { After = through } : new() { Snapshot = new() });

    /// <summary>Reads the next message; null when the stream has ended.</summary>
    public async Task<SubscribeResponse?> ReadAsync()
    {
        try
        {
            if (await next() is not { } message)
            {
                return null;
            }

            streams[^1].Add(recorder.Next(), message);
            Note(message);
            return message;
        }
        catch (RpcException failure)
        {
            streams[^1].Failure = failure;
            return null;
        }
    }

    /// <summary>Reads until it has reached a revision; false when the stream ends before.</summary>
    public async Task<bool> ReadToAsync(long revision)
    {
        while (Through is null || Through.Revision < revision)
        {
            if (await ReadAsync() is null)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Reads until a stream ends.</summary>
    public async Task ReadToEndAsync()
    {
        while (await ReadAsync() is not null)
        {
        }
    }

    /// <summary>The items that a subscriber would hold now if it kept every item: key and value.</summary>
    public SortedDictionary<string, string> Fold()
    {
        var segment = Segment.Of(streams, []).Last();
        var items = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in segment.Snapshot ?? [])
        {
            items[item.Key] = item.ValueJson;
        }

        foreach (var change in segment.Delivered)
        {
            if (change.Item is { } item)
            {
                items[item.Key] = item.ValueJson;
            }
            else
            {
                items.Remove(change.Key);
            }
        }
        return items;
    }

    public void Close() => close();

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private void Read(AsyncServerStreamingCall<SubscribeResponse> opened)
    {
        close = opened.Dispose;
        next = async () => await opened.ResponseStream.MoveNext(CancellationToken.None) ? opened.ResponseStream.Current : null;
    }

    private void Note(SubscribeResponse message)
    {
        switch (message.MessageCase)
        {
            case SubscribeResponse.MessageOneofCase.Established:
                Established = message.Established;
                Through = message.Established.SnapshotFollows ? null : message.Established.Position;
                break;
            case SubscribeResponse.MessageOneofCase.Reset:
                Resets++;
                Through = null;
                break;
            case SubscribeResponse.MessageOneofCase.SnapshotEnd:
                Through = message.SnapshotEnd.Position;
                break;
            case SubscribeResponse.MessageOneofCase.Changes:
                Through = message.Changes.Through ?? Through;
                break;
            case SubscribeResponse.MessageOneofCase.Progress:
                Through = message.Progress.Through;
                break;
            case SubscribeResponse.MessageOneofCase.Ending:
                Ending = message.Ending;
                break;
        }
    }
}
