namespace Syntha.Benchmarks.Measuring;

/// <summary>The results of several rounds or samples of one measurement.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Values">One value a round or sample.</param>
/// <param name="ProcessorMicroseconds">The server's processor time for one call, one value a round; null: not measured.</param>
internal sealed record Measurement(string Name, IReadOnlyList<double> Values, IReadOnlyList<double>? ProcessorMicroseconds = null)
{
    public double Median => MedianOf(Values);

    public double? MedianProcessorMicroseconds => ProcessorMicroseconds is { } values ? MedianOf(values) : null;

    /// <summary>The value that this share of all values does not exceed.</summary>
    public static double PercentileOf(IReadOnlyCollection<double> values, double share) =>
        values.Order().ElementAt((int)Math.Ceiling(share * values.Count) - 1);

    public static double MedianOf(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
