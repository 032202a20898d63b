using System.Globalization;

namespace Syntha.Benchmarks.Results;

/// <summary>Writes all lines as one table of aligned columns, readable as Markdown too.</summary>
internal static class ResultTable
{
    private static readonly string[] Heads = ["What", "Ours", "Baseline", "Ratio", "Target", "Verdict", "Server CPU a call"];

    public static void Write(TextWriter writer, IReadOnlyList<ResultLine> lines)
    {
        var rows = lines.Select(Cells).Prepend(Heads).ToList();
        var widths = Heads.Select((_, column) => rows.Max(row => row[column].Length)).ToList();
        for (var row = 0; row < rows.Count; row++)
        {
            writer.WriteLine($"| {string.Join(" | ", rows[row].Select((cell, column) => cell.PadRight(widths[column])))} |");
            if (row == 0)
            {
                writer.WriteLine($"|{string.Join("|", widths.Select(width => new string('-', width + 2)))}|");
            }
        }
    }

    private static string[] Cells(ResultLine line) =>
    [
        line.Name,
        line.Unit.Format(line.Ours),
        line.BaselineMeasured is { } baseline ? $"{line.Unit.Format(baseline.Median)} ({baseline.Name})" : "-",
        line.Ratio?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-",
        line.Target.Text,
        line.Verdict,
        ProcessorTime(line),
    ];

    // Other work on the machine lowers the rates, but hardly changes the processor time of a call.
    private static string ProcessorTime(ResultLine line) =>
        (line.OursMeasured.MedianProcessorMicroseconds, line.BaselineMeasured?.MedianProcessorMicroseconds) switch
        {
            ({ } ours, { } baseline) => $"{Unit.Microseconds.Format(ours)} against {Unit.Microseconds.Format(baseline)}",
            ({ } ours, null) => Unit.Microseconds.Format(ours),
            _ => "-",
        };
}
