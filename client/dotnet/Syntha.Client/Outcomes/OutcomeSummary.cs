namespace Syntha.Client;

/// <summary>Sums over a user's outcomes.</summary>
/// <param name="Overall">All outcomes together.</param>
/// <param name="ByTaskType">By type of task: the 1,000 types with the most outcomes.</param>
/// <param name="ByAgent">By agent: the 1,000 agents with the most outcomes.</param>
public sealed record OutcomeSummary(
    OutcomeMetrics Overall,
    IReadOnlyDictionary<string, OutcomeMetrics> ByTaskType,
    IReadOnlyDictionary<string, OutcomeMetrics> ByAgent);
