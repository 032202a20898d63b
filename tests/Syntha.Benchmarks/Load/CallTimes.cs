namespace Syntha.Benchmarks.Load;

/// <summary>How long the calls of one round took, from sending to the end of the answer, in microseconds.</summary>
internal sealed record CallTimes(double P50, double P99);
