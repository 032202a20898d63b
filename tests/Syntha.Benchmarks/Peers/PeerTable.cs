namespace Syntha.Benchmarks.Peers;

/// <summary>
/// The table of all peers in Markdown, as README.md has it: a line for each thing that is measured, and a column for each peer.
/// </summary>
internal sealed class PeerTable
{
    private const string None = "–";

    private readonly List<(PeerKind Kind, string Head, string Otherwise)> columns = [];
    private readonly List<(string What, Dictionary<PeerKind, string> Cells)> rows = [];

    /// <param name="kind">The peer.</param>
    /// <param name="head">Its name and version.</param>
    /// <param name="otherwise">What its cells say that are not measured, because the peer is absent; null: it is there.</param>
    public void AddColumn(PeerKind kind, string head, string? otherwise = null) => columns.Add((kind, head, otherwise ?? None));

    /// <summary>Writes a cell. Lines come in the order of their first cells.</summary>
    public void Add(string what, PeerKind kind, string text)
    {
        if (rows.Find(row => row.What == what).Cells is not { } cells)
        {
            rows.Add((what, cells = []));
        }

        cells[kind] = text;
    }

    public void Write(TextWriter writer)
    {
        writer.WriteLine($"| What | {string.Join(" | ", columns.Select(column => column.Head))} |");
        writer.WriteLine($"|---|{string.Concat(columns.Select(_ => "---|"))}");
        foreach (var (what, cells) in rows)
        {
            writer.WriteLine(
                $"| {what} | {string.Join(" | ", columns.Select(column => cells.GetValueOrDefault(column.Kind, column.Otherwise)))} |");
        }
    }
}
