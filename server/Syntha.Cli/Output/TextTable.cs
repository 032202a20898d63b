using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Syntha.Cli.Output;

/// <summary>Rows in aligned columns. People can read them, and <c>awk</c> can split them.</summary>
internal sealed class TextTable(params string[] head)
{
    private readonly List<string[]> rows = [head];

    public static string Time(Timestamp? time) =>
        time?.ToDateTimeOffset().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? "";

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public void Add(params string[] cells) => rows.Add([.. cells.Select(cell => cell.Length == 0 ? "-" : PrintableText.Of(cell))]);

    public async Task WriteAsync(TextWriter output)
    {
        var widths = head.Select((_, column) => rows.Max(row => row[column].Length)).ToList();
        foreach (var row in rows)
        {
            await output.WriteLineAsync(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
