namespace Syntha.Client;

/// <summary>Sums over a user's outcomes: in all, by type of task and by agent.</summary>
/// <param name="Overall">All together.</param>
/// <param name="ByTaskType">By type of task, the 1,000 with the most outcomes.</param>
/// <param name="ByAgent">By agent, the 1,000 with the most outcomes.</param>
public sealed record OutcomeSummary(
    OutcomeMetrics Overall,
    IReadOnlyDictionary<string, OutcomeMetrics> ByTaskType,
    IReadOnlyDictionary<string, OutcomeMetrics> ByAgent);
