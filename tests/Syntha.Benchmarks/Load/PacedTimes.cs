namespace Syntha.Benchmarks.Load;

/// <summary>The moments at which each call was sent and answered, as <see cref="System.Diagnostics.Stopwatch"/> timestamps.</summary>
internal sealed record PacedTimes(long[] Sent, long[] Answered);
