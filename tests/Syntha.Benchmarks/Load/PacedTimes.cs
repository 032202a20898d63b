namespace Syntha.Benchmarks.Load;

/// <summary>When each call was sent and when its answer came, as <see cref="System.Diagnostics.Stopwatch"/> counts.</summary>
internal sealed record PacedTimes(long[] Sent, long[] Answered);
