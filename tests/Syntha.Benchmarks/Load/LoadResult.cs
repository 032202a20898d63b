namespace Syntha.Benchmarks.Load;

/// <summary>What one round of load did.</summary>
/// <param name="Rate">Answered calls per second.</param>
/// <param name="Calls">Answered calls.</param>
/// <param name="AnswerBytes">Bytes of all messages answered, framing included.</param>
internal sealed record LoadResult(double Rate, long Calls, long AnswerBytes);
