using System.Globalization;
using System.Text.RegularExpressions;

namespace Syntha.Benchmarks.Load;

/// <summary>
/// Repeats one command with redis-benchmark, the load program of Redis in C. It has one connection for each command in flight, because a
/// connection of Redis answers in order, and its clients wait for each answer.
/// </summary>
internal static partial class RedisBenchmark
{
    public const string Program = "redis-benchmark";

    /// <exception cref="BenchmarkException">Not all commands were answered.</exception>
    public static async Task<LoadResult> RunAsync(
        Uri address, IReadOnlyList<string> command, int connections, int calls, CancellationToken cancellationToken)
    {
        var output = await LoadProgram.RunAsync(
            Program,
            [
                "-h", address.Host, "-p", $"{address.Port}", "-c", $"{connections}", "-n", $"{calls}", "--csv", "--precision", "3",
                .. command,
            ],
            cancellationToken);
        // It leaves at the first error, without this line.
        var line = LastLine().Match(output);
        return line.Success
            ? new(Number("rate"), calls, AnswerBytes: 0, new(Microseconds("p50"), Microseconds("p99")))
            : throw new BenchmarkException($"{Program} printed something unknown:{Environment.NewLine}{output}");

        double Number(string name) => double.Parse(line.Groups[name].Value, CultureInfo.InvariantCulture);
        double Microseconds(string name) => TimeSpan.FromMilliseconds(1).TotalMicroseconds * Number(name);
    }

    // The command, calls a second, and milliseconds: mean, least, p50, p95, p99, most. The command may contain quotes and commas.
    [GeneratedRegex("""
        ^".*","(?<rate>[\d.]+)","[\d.]+","[\d.]+","(?<p50>[\d.]+)","[\d.]+","(?<p99>[\d.]+)","[\d.]+"\s*\z
        """, RegexOptions.Multiline)]
    private static partial Regex LastLine();
}
