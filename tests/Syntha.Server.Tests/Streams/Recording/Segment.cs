namespace Syntha.Server.Tests.Streams.Recording;

/// <summary>
/// What a subscriber knows from one base on. The base is a position or a snapshot. The segment spans any number of streams that resume, and
/// ends with a reset, a new snapshot or the end of the record.
/// </summary>
internal sealed class Segment
{
    public required long Base { get; init; }

    /// <summary>Null: the segment begins with a position only.</summary>
    public IReadOnlyList<Item>? Snapshot { get; init; }

    /// <summary>
    /// The delivered changes, in order. When a stream broke, the changes after the last position to resume from are taken out again.
    /// </summary>
    public List<Change> Delivered { get; } = [];

    /// <summary>The positions that were told, each with the number of changes delivered before it.</summary>
    public List<(long Through, int Count)> Marks { get; } = [];

    /// <summary>The position of the reset that ended it; null: it did not end with a reset.</summary>
    public long? ResetAt { get; private set; }

    public long Through => Marks[^1].Through;

    /// <summary>
    /// Cuts a subscriber's streams into segments. Faults in the order of messages and resumes go to <paramref name="faults"/>.
    /// </summary>
    public static List<Segment> Of(IReadOnlyList<StreamRecord> streams, List<string> faults)
    {
        var segments = new List<Segment>();
        Segment? current = null;
        foreach (var stream in streams)
        {
            List<Item>? snapshot = null;
            var messages = stream.Received.Select(received => received.Message).ToList();
            if (messages.Count > 0 && messages[0].Established is null)
            {
                faults.Add($"The first message is {messages[0].MessageCase}");
            }

            foreach (var message in messages)
            {
                switch (message.MessageCase)
                {
                    case SubscribeResponse.MessageOneofCase.Established when stream.Start.After is { } after:
                        if (message.Established.Position.Revision != after.Revision)
                        {
                            faults.Add($"Resumed after {after.Revision}, established at {message.Established.Position.Revision}");
                        }

                        if (current is null || current.ResetAt is not null || current.Through != after.Revision)
                        {
                            Begin(after.Revision, null);
                        }

                        break;
                    case SubscribeResponse.MessageOneofCase.Established when stream.Start.Snapshot is null:
                        Begin(message.Established.Position.Revision, null);
                        break;
                    case SubscribeResponse.MessageOneofCase.Established:
                        snapshot = [];
                        break;
                    case SubscribeResponse.MessageOneofCase.Reset:
                        // A position within an incomplete snapshot does not count yet.
                        if (current is null && snapshot is null)
                        {
                            faults.Add("A reset of nothing");
                        }
                        else if (current is not null)
                        {
                            current.ResetAt ??= message.Reset.Position.Revision;
                        }

                        snapshot = [];
                        break;
                    case SubscribeResponse.MessageOneofCase.SnapshotChunk when snapshot is not null:
                        snapshot.AddRange(message.SnapshotChunk.Items);
                        break;
                    case SubscribeResponse.MessageOneofCase.SnapshotEnd when snapshot is not null:
                        Begin(message.SnapshotEnd.Position.Revision, snapshot);
                        snapshot = null;
                        break;
                    case SubscribeResponse.MessageOneofCase.Changes when snapshot is null && current is not null:
                        current.Delivered.AddRange(message.Changes.Changes_);
                        if (message.Changes.Through is { } through)
                        {
                            current.Marks.Add((through.Revision, current.Delivered.Count));
                        }

                        break;
                    case SubscribeResponse.MessageOneofCase.Progress when snapshot is null && current is not null:
                        current.Marks.Add((message.Progress.Through.Revision, current.Delivered.Count));
                        break;
                    case SubscribeResponse.MessageOneofCase.Ending:
                        if (snapshot is null && message.Ending.Through.Revision != current?.Through)
                        {
                            faults.Add($"Ends at {message.Ending.Through.Revision}, but had got to {current?.Through}");
                        }

                        break;
                    default:
                        faults.Add($"{message.MessageCase} out of turn");
                        break;
                }
            }
            current?.DropUnfinished();
        }
        return segments;

        void Begin(long position, List<Item>? snapshot)
        {
            current = new() { Base = position, Snapshot = snapshot };
            current.Marks.Add((position, 0));
            segments.Add(current);
        }
    }

    private void DropUnfinished() => Delivered.RemoveRange(Marks[^1].Count, Delivered.Count - Marks[^1].Count);
}
