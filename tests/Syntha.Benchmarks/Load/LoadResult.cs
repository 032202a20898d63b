namespace Syntha.Benchmarks.Load;

/// <summary>The result of one round of load.</summary>
/// <param name="Rate">Answered calls per second.</param>
/// <param name="Calls">Answered calls.</param>
/// <param name="AnswerBytes">The bytes of all answered messages, with their framing.</param>
/// <param name="Times">How long the calls took; null: not measured.</param>
internal sealed record LoadResult(double Rate, long Calls, long AnswerBytes, CallTimes? Times = null);
