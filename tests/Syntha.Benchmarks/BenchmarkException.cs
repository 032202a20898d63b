namespace Syntha.Benchmarks;

/// <summary>A measurement that cannot be trusted or made; the message is all that the person who runs it needs.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
