namespace Syntha.Benchmarks;

/// <summary>A measurement failed or cannot be trusted. The message says all that its user needs to know.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
