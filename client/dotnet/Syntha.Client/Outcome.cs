using Syntha.Client.Transport;

namespace Syntha.Client;

/// <summary>A report as the server keeps it.</summary>
/// <param name="Number">Its number among the user's outcomes: a later one has a larger number.</param>
/// <param name="AgentName">The agent whose task it was.</param>
/// <param name="Time">When it was logged, by the store's clock.</param>
/// <param name="Report">What was reported.</param>
public sealed record Outcome(long Number, string AgentName, DateTimeOffset Time, OutcomeReport Report)
{
    internal static Outcome From(V1.Outcome wire) =>
        new(wire.Number, wire.AgentName, WireTime.ToDateTimeOffset(wire.Time), OutcomeReport.From(wire.Report));
}
