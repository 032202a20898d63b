using Google.Protobuf.WellKnownTypes;

namespace Syntha.Client.Tests.Fakes;

/// <summary>Messages of streams, as a Syntha server sends them.</summary>
internal static class Wire
{
    internal const string Epoch = "e";

    internal static V1.Position At(long revision, string epoch = Epoch) => new() { Epoch = epoch, Revision = revision };

    internal static V1.SubscribeResponse Established(long revision, int heartbeatSeconds = 15, string epoch = Epoch) => new()
    {
        Established = new()
        {
            Position = At(revision, epoch),
            OldestRevision = 1,
            Heartbeat = Duration.FromTimeSpan(TimeSpan.FromSeconds(heartbeatSeconds)),
        },
    };

    internal static V1.SubscribeResponse Changes(long through, params V1.Change[] changes) =>
        new() { Changes = new() { Changes_ = { changes }, Through = At(through) } };

    internal static V1.SubscribeResponse Continuing(params V1.Change[] changes) =>
        new() { Changes = new() { Changes_ = { changes }, RevisionContinues = true } };

    internal static V1.SubscribeResponse Progress(long through) => new() { Progress = new() { Through = At(through) } };

    internal static V1.SubscribeResponse Reset(long revision) => new() { Reset = new() { Position = At(revision) } };

    internal static V1.SubscribeResponse Chunk(params V1.Item[] items) => new() { SnapshotChunk = new() { Items = { items } } };

    internal static V1.SubscribeResponse SnapshotEnd(long revision, string epoch = Epoch) =>
        new() { SnapshotEnd = new() { Position = At(revision, epoch) } };

    internal static V1.SubscribeResponse Ending(V1.EndingReason reason, long through) =>
        new() { Ending = new() { Reason = reason, Through = At(through) } };

    internal static V1.Change Created(long revision, string key, string json = "1", int index = 0) =>
        Change(V1.ChangeKind.Created, revision, key, Item(key, json, revision), index);

    internal static V1.Change Updated(long revision, string key, string json = "1", int index = 0) =>
        Change(V1.ChangeKind.Updated, revision, key, Item(key, json, revision), index);

    internal static V1.Change Removed(long revision, string key, int index = 0) =>
        Change(V1.ChangeKind.Removed, revision, key, item: null, index);

    internal static V1.Change Change(V1.ChangeKind kind, long revision, string key, V1.Item? item = null, int index = 0) => new()
    {
        Kind = kind,
        Revision = revision,
        Index = index,
        Key = key,
        Item = item,
        CommitTime = new Timestamp { Seconds = revision },
    };

    internal static V1.Item Item(string key, string? json = "1", long revision = 1, DateTimeOffset? expires = null)
    {
        var item = new V1.Item { Key = key, Revision = revision, UpdateTime = new Timestamp { Seconds = revision } };
        if (json is not null)
        {
            item.ValueJson = json;
        }

        item.ExpireTime = expires is { } time ? Timestamp.FromDateTimeOffset(time) : null;
        return item;
    }
}
