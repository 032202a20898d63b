using System.Globalization;
using Syntha.Benchmarks.Measuring;

namespace Syntha.Benchmarks.Fairness;

/// <summary>Writes the rows as one table of attackers and engines in Markdown, as docs/bounds.md has it.</summary>
internal static class FairnessTable
{
    public static void Write(TextWriter writer, IReadOnlyList<FairnessRow> rows)
    {
        writer.WriteLine("| Attacker | Engine | Get | Push | Event | Failed | Memory | Its calls, done and refused | Processors |");
        writer.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var row in rows)
        {
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.Kind.Text} | {row.Engine} | {Times("Get")} | {Times("Push")} | {Times("event")} | {row.Failed} "
                + $"| {row.MemoryBytes / 1048576d:0} MiB | {row.Done:N0}, {row.Refused:N0} "
                + $"| {row.Processors:0.00}, control {row.ControlProcessors:0.00} |"));

            string Times(string call) => string.Create(
                CultureInfo.InvariantCulture,
                $"{Measurement.MedianOf(row.Times[call].Attacked):0.0} / {Measurement.MedianOf(row.Times[call].Control):0.0} ms: "
                + $"{row.Ratio(call):0.0}");
        }
    }
}
