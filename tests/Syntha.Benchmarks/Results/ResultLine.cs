using Syntha.Benchmarks.Measuring;

namespace Syntha.Benchmarks.Results;

/// <summary>One line of the table: our figure, and the baseline of the same run.</summary>
internal sealed record ResultLine(string Name, Unit Unit, Measurement OursMeasured, Measurement? BaselineMeasured, Target Target)
{
    public double Ours => OursMeasured.Median;

    public double? Baseline => BaselineMeasured?.Median;

    public double? Ratio => Ours / Baseline;

    /// <summary>Null: the line has no target.</summary>
    public bool? Met => Target.IsMetBy?.Invoke(this);

    public string Verdict => Met switch { true => "met", false => "MISSED", null => "-" };
}
