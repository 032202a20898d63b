using System.Text;

namespace Syntha.Mesh.Items;

/// <summary>A claim: a name that one caller holds at a time, and the line of those who wait for it. Immutable.</summary>
/// <param name="Name">The name.</param>
/// <param name="Readers">Who may see it. The author is the holder; null where the owner holds it, or none does.</param>
public sealed record ClaimRecord(ContextKey Name, Readers Readers)
{
    /// <summary>Null: it is free. A lease that is over is still here until its end is logged, so ask <see cref="FindHold"/>.</summary>
    public ClaimHold? Hold { get; init; }

    /// <summary>Those who wait, in the order in which they came. Only a claim that is held has a line.</summary>
    public ImmutableArray<ClaimTicket> Line { get; init; } = [];

    /// <summary>Whether there is nothing to keep about it.</summary>
    public bool IsEmpty => Hold is null && Line.IsEmpty;

    /// <summary>The moment at which something of it ends: the lease, or a place in line. Null: never.</summary>
    public DateTimeOffset? Deadline
    {
        get
        {
            var first = Hold?.Until;
            foreach (var ticket in Line)
            {
                first = first is null || ticket.Until < first ? ticket.Until : first;
            }

            return first;
        }
    }

    /// <summary>An estimate of its bytes in a store.</summary>
    public long Bytes
    {
        get
        {
            var bytes = 200L + Encoding.UTF8.GetByteCount(Name.Value) + BytesOf(Hold?.Agent);
            foreach (var topic in Readers.Topics)
            {
                bytes += 8 + Encoding.UTF8.GetByteCount(topic.Value);
            }

            foreach (var subscriber in Readers.Subscribers)
            {
                bytes += 8 + Encoding.UTF8.GetByteCount(subscriber.Value);
            }

            foreach (var ticket in Line)
            {
                bytes += 150 + BytesOf(ticket.Agent);
            }

            return bytes;
        }
    }

    /// <summary>The hold, if the lease is not over at that moment.</summary>
    public ClaimHold? FindHold(DateTimeOffset now) => Hold is { } hold && now < hold.Until ? hold : null;

    /// <summary>Those who wait at that moment, in the order in which they came.</summary>
    public IEnumerable<ClaimTicket> LiveLine(DateTimeOffset now) => Line.Where(ticket => now < ticket.Until);

    public bool Equals(ClaimRecord? other) =>
        other is not null && Name == other.Name && Readers.Equals(other.Readers) && Hold == other.Hold && Line.SequenceEqual(other.Line);

    public override int GetHashCode() => HashCode.Combine(Name, Hold, Line.Length);

    private static int BytesOf(AgentName? agent) => agent is { } name ? Encoding.UTF8.GetByteCount(name.Value) : 0;
}

/// <summary>How a claim is held.</summary>
/// <param name="Agent">The holder. Null: the owner.</param>
/// <param name="Revision">The revision of the command that gave it. With the epoch it is the fencing token.</param>
/// <param name="Lease">How long it is held after it was given or renewed.</param>
/// <param name="Until">The moment from which it is no longer held.</param>
/// <param name="Ticket">The holder's former place in line. Null: it did not wait.</param>
public sealed record ClaimHold(AgentName? Agent, long Revision, TimeSpan Lease, DateTimeOffset Until, Guid? Ticket);

/// <summary>A place in the line of a claim.</summary>
/// <param name="Id">Names the place, with the agent.</param>
/// <param name="Agent">The one who waits. Null: the owner.</param>
/// <param name="Lease">How long the claim will be held.</param>
/// <param name="Grace">How long the place outlives the last sign of life.</param>
/// <param name="Until">The moment from which the place is lost.</param>
public sealed record ClaimTicket(Guid Id, AgentName? Agent, TimeSpan Lease, TimeSpan Grace, DateTimeOffset Until);
