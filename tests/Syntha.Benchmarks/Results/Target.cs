using System.Globalization;

namespace Syntha.Benchmarks.Results;

/// <summary>The target of a line, in words and as a check.</summary>
internal sealed record Target(string Text, Func<ResultLine, bool>? IsMetBy)
{
    public static readonly Target None = new("-", null);

    public static Target RatioAtLeast(double ratio) =>
        new(string.Create(CultureInfo.InvariantCulture, $"ratio >= {ratio:0.##}"), line => line.Ratio >= ratio);

    public static Target RatioAtMost(double ratio) =>
        new(string.Create(CultureInfo.InvariantCulture, $"ratio <= {ratio:0.##}"), line => line.Ratio <= ratio);

    public static Target AtMost(double value, Unit unit) => new($"<= {unit.Format(value)}", line => line.Ours <= value);
}
