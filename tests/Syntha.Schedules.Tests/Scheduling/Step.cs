namespace Syntha.Schedules.Scheduling;

/// <summary>What may go on next: a continuation, or a worker that stopped within one.</summary>
internal readonly record struct Step(string Kind, SendOrPostCallback? Call, object? State, Worker? Resumes);
