namespace Syntha.Benchmarks.Load;

/// <summary>
/// The moments at which each call was due, sent and answered, as <see cref="System.Diagnostics.Stopwatch"/> timestamps. A call that failed
/// has no moment of its answer.
/// </summary>
internal sealed record PacedTimes(long[] Due, long[] Sent, long[] Answered)
{
    /// <summary>Why calls failed. When the connection breaks, all calls fail that were not answered.</summary>
    public List<string> Failures { get; } = [];

    public int Failed => Answered.Count(moment => moment == 0);
}
