namespace Syntha.Mesh.Outcomes;

/// <summary>Which outcomes are meant; all conditions must hold, and those that are null always do.</summary>
/// <param name="Agent">Of this agent.</param>
/// <param name="TaskType">Of this type of task.</param>
/// <param name="MaxAge">Logged no longer ago.</param>
/// <param name="IsSuccess">Successes, or failures.</param>
public sealed record OutcomeFilter(AgentName? Agent = null, string? TaskType = null, TimeSpan? MaxAge = null, bool? IsSuccess = null);
