using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Following;
using Syntha.Mesh.Reading;
using Syntha.Server.Mapping;
using Syntha.V1;

namespace Syntha.Server.Streams;

/// <summary>Turns the items and changes of a feed into messages of the contract. No message is above the limit of answers.</summary>
internal sealed class FeedMessages(ItemView view, AgentName? reader)
{
    // The most bytes that a change takes besides its item.
    private const long BytesPerChange = 64;

    public ItemView View => view;

    public long SizeOf(ContextItem item) => ToWire.SizeOf(item, view);

    public static SubscribeResponse Established(MeshFeed feed, TimeSpan heartbeat, bool snapshotFollows) => new()
    {
        Established = new()
        {
            Position = ToWire.Position(feed.Through),
            OldestRevision = feed.OldestRevision,
            Heartbeat = Duration.FromTimeSpan(heartbeat),
            SnapshotFollows = snapshotFollows,
        },
    };

    public SubscribeResponse Chunk(IReadOnlyList<ContextItem> items)
    {
        var chunk = new SnapshotChunk();
        chunk.Items.AddRange(items.Select(item => Item(item, isExpired: false)));
        return new() { SnapshotChunk = chunk };
    }

    /// <summary>A page of changes as one message, or as several when it is too large for one.</summary>
    public IEnumerable<SubscribeResponse> Changes(IReadOnlyList<FeedChange> page, Mesh.Log.Position through)
    {
        var message = new Changes();
        long bytes = 0;
        foreach (var seen in page)
        {
            var size = SizeOf(seen);
            if (message.Changes_.Count > 0 && bytes + size > PageLimits.MaxBytes)
            {
                var last = message.Changes_[^1].Revision;
                message.RevisionContinues = last == seen.Change.Place.Revision;
                if (!message.RevisionContinues)
                {
                    message.Through = ToWire.Position(through with { Revision = last });
                }

                yield return new() { Changes = message };
                (message, bytes) = (new(), 0);
            }
            message.Changes_.Add(Change(seen, through.Epoch));
            bytes += size;
        }
        message.Through = ToWire.Position(through);
        yield return new() { Changes = message };
    }

    private long SizeOf(FeedChange seen) =>
        BytesPerChange + (3 * seen.Change.Subject.Length) + (seen.Item is { } item ? SizeOf(item)
            : seen.Change.Claim is { } claim ? ClaimMapping.SizeOf(claim)
            : 3 * (seen.Change.Agent?.Length ?? 0));

    private Change Change(FeedChange seen, string epoch)
    {
        var change = new Change
        {
            Kind = ToWire.Kind(seen.Kind),
            Revision = seen.Change.Place.Revision,
            Index = seen.Change.Place.Index,
            Key = seen.Change.Subject,
            CommitTime = ToWire.Time(seen.Change.Time),
        };
        if (seen.Item is { } item)
        {
            change.Item = Item(item, seen.IsExpired);
        }

        if (seen.Change.Redacts is { } version)
        {
            change.RedactedRevision = version.Revision;
        }

        if (seen.Kind == FeedKind.AgentChanged)
        {
            change.Agent = ToWire.Agent(seen.Change.Agent!);
        }

        if (seen.Change.Claim is { } claim)
        {
            change.Claim = ClaimMapping.ToWire(claim, epoch, reader, seen.Change.Time);
        }

        return change;
    }

    private Item Item(ContextItem item, bool isExpired) =>
        isExpired ? ToWire.WithoutValue(item) : ToWire.Item(item, view);
}
