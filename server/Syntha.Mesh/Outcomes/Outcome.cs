namespace Syntha.Mesh.Outcomes;

/// <summary>A report as a store keeps it.</summary>
/// <param name="Number">Its number among the user's outcomes; larger ones are later, and none is used twice.</param>
/// <param name="Agent">Whose task it was.</param>
/// <param name="Time">When it was logged, by the store's clock.</param>
/// <param name="Report">What was reported.</param>
public sealed record Outcome(long Number, AgentName Agent, DateTimeOffset Time, OutcomeReport Report);
