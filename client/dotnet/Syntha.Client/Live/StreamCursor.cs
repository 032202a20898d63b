using System.Text.Json;

namespace Syntha.Client;

/// <summary>
/// How far a subscription has got. It turns the server's messages into events, and knows how to open the next stream so that nothing comes
/// twice and nothing is left out. It moves with each event that is taken from it. What was received and not taken is received again.
/// </summary>
internal sealed class StreamCursor(SubscriptionStart start, JsonSerializerOptions jsonOptions)
{
    // The changes of the one revision that the server has begun and not finished.
    private readonly List<ContextChange> pieces = [];
    private Position? through = start.Position;
    private bool needsSnapshot = start.IsSnapshot;
    private bool wasEstablished;
    private bool wasReset;
    private string epoch = string.Empty;

    /// <summary>The longest time between two messages. <see langword="null"/> until the server has told it.</summary>
    internal TimeSpan? Heartbeat { get; private set; }

    /// <summary>Where the next stream starts.</summary>
    internal V1.StreamStart Start =>
        needsSnapshot ? new() { Snapshot = new() }
        : through is { } position ? new() { After = position.ToWire() }
        : new() { Now = new() };

    /// <summary>Whether an earlier stream has registered the subscription's topics, or no stream has to.</summary>
    internal bool IsRegistered => wasEstablished || wasReset;

    /// <summary>The stream has ended. A revision that it had begun and not finished is void.</summary>
    internal void Disconnect()
    {
        pieces.Clear();
        Heartbeat = null;
    }

    /// <summary>What was known is void. The next stream starts with a snapshot.</summary>
    internal void BeginAnew()
    {
        pieces.Clear();
        through = null;
        needsSnapshot = true;
        wasReset = true;
    }

    internal IEnumerable<ContextEvent> Take(V1.SubscribeResponse message) => message.MessageCase switch
    {
        V1.SubscribeResponse.MessageOneofCase.Established => Take(message.Established),
        V1.SubscribeResponse.MessageOneofCase.Changes => Take(message.Changes),
        V1.SubscribeResponse.MessageOneofCase.Progress => [Reach(new ContextEvent.Progress(Position.From(message.Progress.Through)))],
        V1.SubscribeResponse.MessageOneofCase.Reset => Take(message.Reset),
        V1.SubscribeResponse.MessageOneofCase.SnapshotChunk =>
            [new ContextEvent.SnapshotItems([.. message.SnapshotChunk.Items.Select(item => new ContextItem(item, jsonOptions))])],
        V1.SubscribeResponse.MessageOneofCase.SnapshotEnd => Take(message.SnapshotEnd),
        _ => [new ContextEvent.Unknown()],
    };

    private IEnumerable<ContextEvent> Take(V1.Established wire)
    {
        var established = new ContextEvent.Established(
            Position.From(wire.Position), wire.OldestRevision, wire.Heartbeat?.ToTimeSpan() ?? TimeSpan.Zero, needsSnapshot, IsRegistered);
        epoch = established.Position.Epoch;
        Heartbeat = established.Heartbeat;
        wasEstablished = true;
        if (!needsSnapshot)
        {
            through ??= established.Position;
        }

        yield return established;
        if (needsSnapshot)
        {
            yield return new ContextEvent.SnapshotStarted(established.Position);
        }
    }

    private IEnumerable<ContextEvent> Take(V1.Changes wire)
    {
        foreach (var change in wire.Changes_)
        {
            if (pieces.Count > 0 && pieces[0].Revision != change.Revision)
            {
                yield return Join(new Position(epoch, pieces[0].Revision));
            }

            pieces.Add(ContextChange.From(change, jsonOptions));
        }

        if (wire.RevisionContinues)
        {
            yield break;
        }

        if (pieces.Count > 0)
        {
            yield return Join(wire.Through is null ? new Position(epoch, pieces[^1].Revision) : Position.From(wire.Through));
        }
        else
        {
            yield return wire.Through is null ? new ContextEvent.Unknown() : Reach(new ContextEvent.Progress(Position.From(wire.Through)));
        }
    }

    private IEnumerable<ContextEvent> Take(V1.Reset wire)
    {
        BeginAnew();
        yield return new ContextEvent.Reset(ResetReason.AudienceChanged);
        yield return new ContextEvent.SnapshotStarted(Position.From(wire.Position));
    }

    private IEnumerable<ContextEvent> Take(V1.SnapshotEnd wire)
    {
        needsSnapshot = false;
        yield return Reach(new ContextEvent.SnapshotCompleted(Position.From(wire.Position)));
    }

    private ContextEvent Join(Position reached)
    {
        var committed = new ContextEvent.Committed(pieces[0].Revision, [.. pieces], reached);
        pieces.Clear();
        return Reach(committed);
    }

    private ContextEvent Reach(ContextEvent place)
    {
        through = place.Through;
        epoch = place.Through!.Value.Epoch;
        return place;
    }
}
