namespace Syntha.Mesh.Outcomes;

/// <summary>A report as a store keeps it.</summary>
/// <param name="Number">Its number among the user's outcomes. A later outcome has a larger number. No number is used twice.</param>
/// <param name="Agent">The agent that did the task.</param>
/// <param name="Time">The moment of logging, by the store's clock.</param>
/// <param name="Report">The report.</param>
public sealed record Outcome(long Number, AgentName Agent, DateTimeOffset Time, OutcomeReport Report);

/// <summary>The result of logging a report.</summary>
/// <param name="Number">The outcome's number.</param>
/// <param name="IsReplay">Whether the request id was known, so that nothing was written.</param>
/// <param name="ContentHash">The hash of the report that is kept under the request id.</param>
public readonly record struct LoggedOutcome(long Number, bool IsReplay, UInt128 ContentHash);

/// <summary>A page of outcomes, the newest first.</summary>
/// <param name="Outcomes">The outcomes.</param>
/// <param name="HasMore">Whether older ones match as well.</param>
public sealed record OutcomePage(IReadOnlyList<Outcome> Outcomes, bool HasMore)
{
    public static OutcomePage Empty { get; } = new([], HasMore: false);
}

/// <summary>Counts of the outcomes of one agent and one type of task. Every metric is a sum of these.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="TaskType">The type of task.</param>
/// <param name="Total">How many outcomes there are.</param>
/// <param name="Succeeded">How many of them succeeded.</param>
/// <param name="Timed">How many report a duration.</param>
/// <param name="Seconds">The sum of these durations.</param>
public sealed record OutcomeTally(string Agent, string TaskType, long Total, long Succeeded, long Timed, double Seconds);

/// <summary>Which outcomes a call is about. All conditions must hold. A condition that is null always holds.</summary>
/// <param name="Agent">Outcomes of this agent.</param>
/// <param name="TaskType">Outcomes of this type of task.</param>
/// <param name="MaxAge">Outcomes that were logged no longer ago.</param>
/// <param name="MinAge">Outcomes that were logged longer ago.</param>
/// <param name="IsSuccess">Successes (true), or failures (false).</param>
public sealed record OutcomeFilter(
    AgentName? Agent = null, string? TaskType = null, TimeSpan? MaxAge = null, TimeSpan? MinAge = null, bool? IsSuccess = null)
{
    /// <summary>Every outcome.</summary>
    public static OutcomeFilter All { get; } = new();
}
