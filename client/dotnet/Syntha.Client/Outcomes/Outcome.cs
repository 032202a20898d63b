namespace Syntha.Client;

/// <summary>A report as the server keeps it.</summary>
/// <param name="Number">The outcome's number among those of its user. A later outcome has a larger number.</param>
/// <param name="AgentName">The agent that did the task.</param>
/// <param name="Time">When the outcome was logged, by the store's clock.</param>
/// <param name="Report">The report.</param>
public sealed record Outcome(long Number, string AgentName, DateTimeOffset Time, OutcomeReport Report)
{
    internal static Outcome From(V1.Outcome wire) =>
        new(wire.Number, wire.Agent, WireTime.ToDateTimeOffset(wire.LogTime), OutcomeReport.From(wire.Report));
}
