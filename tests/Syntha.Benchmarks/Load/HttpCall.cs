namespace Syntha.Benchmarks.Load;

/// <summary>One call over HTTP/1.1.</summary>
/// <param name="Method">Such as GET.</param>
/// <param name="Path">The path and the query.</param>
/// <param name="Headers">The headers, besides those of the length and the host.</param>
/// <param name="Body">The body; null: none.</param>
internal sealed record HttpCall(string Method, string Path, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body = null);
