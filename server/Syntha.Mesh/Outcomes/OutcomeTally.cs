namespace Syntha.Mesh.Outcomes;

/// <summary>How many outcomes there are of one agent and one type of task, and how they went: what every metric is a sum of.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="TaskType">The type of task.</param>
/// <param name="Total">How many.</param>
/// <param name="Succeeded">How many of them succeeded.</param>
/// <param name="Timed">How many told how long they took.</param>
/// <param name="Seconds">How long these took together.</param>
public sealed record OutcomeTally(string Agent, string TaskType, long Total, long Succeeded, long Timed, double Seconds);
