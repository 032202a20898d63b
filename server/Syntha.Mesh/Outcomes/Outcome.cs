namespace Syntha.Mesh.Outcomes;

/// <summary>A report as a store keeps it.</summary>
/// <param name="Number">Its number among the user's outcomes; larger ones are later, and none is used twice.</param>
/// <param name="Agent">Whose task it was.</param>
/// <param name="Time">When it was logged, by the store's clock.</param>
/// <param name="Report">What was reported.</param>
public sealed record Outcome(long Number, AgentName Agent, DateTimeOffset Time, OutcomeReport Report);

/// <summary>What became of a report.</summary>
/// <param name="Number">The outcome's number.</param>
/// <param name="IsReplay">Whether its request id was known, so that nothing was written.</param>
/// <param name="ContentHash">Of the report that is kept under the request id.</param>
public readonly record struct LoggedOutcome(long Number, bool IsReplay, UInt128 ContentHash);

/// <summary>How many outcomes there are of one agent and one type of task, and how they went: what every metric is a sum of.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="TaskType">The type of task.</param>
/// <param name="Total">How many.</param>
/// <param name="Succeeded">How many of them succeeded.</param>
/// <param name="Timed">How many told how long they took.</param>
/// <param name="Seconds">How long these took together.</param>
public sealed record OutcomeTally(string Agent, string TaskType, long Total, long Succeeded, long Timed, double Seconds);

/// <summary>Which outcomes are meant; all conditions must hold, and those that are null always do.</summary>
/// <param name="Agent">Of this agent.</param>
/// <param name="TaskType">Of this type of task.</param>
/// <param name="MaxAge">Logged no longer ago.</param>
/// <param name="IsSuccess">Successes, or failures.</param>
public sealed record OutcomeFilter(AgentName? Agent = null, string? TaskType = null, TimeSpan? MaxAge = null, bool? IsSuccess = null);
