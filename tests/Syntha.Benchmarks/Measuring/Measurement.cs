namespace Syntha.Benchmarks.Measuring;

/// <summary>What several rounds or samples of one thing gave.</summary>
internal sealed record Measurement(string Name, IReadOnlyList<double> Values)
{
    public double Median { get; } = MedianOf(Values);

    private static double MedianOf(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
