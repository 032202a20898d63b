using System.Text.Json;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Log;

/// <summary>A claim as a store keeps it, in the log and beside it. Properties that are added later must be optional.</summary>
internal sealed record StoredClaim(
    StoredClaim.Holding? Hold = null, string[]? Topics = null, string[]? Subscribers = null, StoredClaim.Place[]? Line = null,
    bool? Quiet = null)
{
    public static string Write(ClaimRecord claim) => Write(claim, isQuiet: false);

    /// <param name="claim">The record.</param>
    /// <param name="isQuiet">What a row of the log tells as well: whether it only prolongs places in line.</param>
    public static string Write(ClaimRecord claim, bool isQuiet) => JsonSerializer.Serialize(
        new StoredClaim(
            claim.Hold is { } hold
                ? new(Micros(hold.Lease), StoredTime.ToMicroseconds(hold.Until), hold.Revision, hold.Agent?.Value, hold.Ticket)
                : null,
            claim.Readers.Topics.IsEmpty ? null : [.. claim.Readers.Topics.Select(topic => topic.Value)],
            claim.Readers.Subscribers.IsEmpty ? null : [.. claim.Readers.Subscribers.Select(agent => agent.Value)],
            claim.Line.IsEmpty ? null : [.. claim.Line.Select(ToStored)],
            isQuiet ? true : null),
        StoredJson.Default.StoredClaim);

    /// <exception cref="JsonException">The text is not such a record.</exception>
    public static (ClaimRecord Claim, bool IsQuiet) Read(string name, string json)
    {
        var stored = JsonSerializer.Deserialize(json, StoredJson.Default.StoredClaim)
            ?? throw new JsonException("A claim's record is null.");
        var holder = Agent(stored.Hold?.Agent);
        var readers = new Readers(
            holder,
            stored.Topics is { } topics ? [.. topics.Select(TopicName.Trusted)] : [],
            stored.Subscribers is { } subscribers ? [.. subscribers.Select(AgentName.Trusted)] : []);
        var claim = new ClaimRecord(ContextKey.Trusted(name), readers)
        {
            Hold = stored.Hold is { } hold
                ? new(holder, hold.Revision, Span(hold.Lease), StoredTime.FromMicroseconds(hold.Until), hold.Ticket)
                : null,
            Line = stored.Line is { } line
                ? [.. line.Select(ticket => new ClaimTicket(
                    ticket.Id, Agent(ticket.Agent), Span(ticket.Lease), Span(ticket.Grace), StoredTime.FromMicroseconds(ticket.Until)))]
                : [],
        };
        return (claim, stored.Quiet == true);
    }

    private static Place ToStored(ClaimTicket ticket) => new(
        ticket.Id, Micros(ticket.Lease), Micros(ticket.Grace), StoredTime.ToMicroseconds(ticket.Until), ticket.Agent?.Value);

    private static AgentName? Agent(string? name) => name is null ? null : AgentName.Trusted(name);

    private static long Micros(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    private static TimeSpan Span(long micros) => TimeSpan.FromTicks(micros * TimeSpan.TicksPerMicrosecond);

    /// <summary>How it is held. The lease and the end are in microseconds.</summary>
    internal sealed record Holding(long Lease, long Until, long Revision, string? Agent = null, Guid? Ticket = null);

    /// <summary>A place in line. Spans and the end are in microseconds.</summary>
    internal sealed record Place(Guid Id, long Lease, long Grace, long Until, string? Agent = null);
}
