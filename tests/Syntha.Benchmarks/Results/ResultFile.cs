using System.Text.Json;

namespace Syntha.Benchmarks.Results;

/// <summary>Writes all lines with their single rounds as JSON, for comparing runs.</summary>
internal static class ResultFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Write(string path, BenchmarkRun run) =>
        File.WriteAllText(path, JsonSerializer.Serialize(
            new
            {
                quick = run.Options.Quick,
                processors = Environment.ProcessorCount,
                lines = run.Lines.Select(line => new
                {
                    name = line.Name,
                    unit = line.Unit.Symbol.Trim(),
                    ours = line.Ours,
                    oursRounds = line.OursMeasured.Values,
                    baseline = line.Baseline,
                    baselineName = line.BaselineMeasured?.Name,
                    baselineRounds = line.BaselineMeasured?.Values,
                    oursProcessorMicroseconds = line.OursMeasured.ProcessorMicroseconds,
                    baselineProcessorMicroseconds = line.BaselineMeasured?.ProcessorMicroseconds,
                    ratio = line.Ratio,
                    target = line.Target.Text,
                    met = line.Met,
                }),
                notes = run.Notes,
            },
            Indented));
}
