using System.Diagnostics;

namespace Syntha.Benchmarks.Measuring;

/// <summary>The times from one moment to another, in microseconds, round by round. Not thread-safe.</summary>
internal sealed class RoundTimes
{
    private readonly List<double[]> times = [];

    public double ShareOfNone => times.Average(round => (double)round.Count(time => time == 0) / round.Length);

    /// <summary>
    /// Adds a round of moments, which are <see cref="Stopwatch"/> timestamps. A second moment before the first counts as 0.
    /// </summary>
    public void Add(long[] from, long[] to) =>
        times.Add([.. from.Zip(to, (begin, end) => end > begin ? Stopwatch.GetElapsedTime(begin, end).TotalMicroseconds : 0)]);

    /// <summary>The time that this share does not exceed, one value a round.</summary>
    public Measurement At(string name, double share) => new(name, [.. times.Select(round => Measurement.PercentileOf(round, share))]);

    /// <summary>The longest time of all rounds.</summary>
    public Measurement Longest(string name) => new(name, [times.Max(round => round.Max())]);
}
