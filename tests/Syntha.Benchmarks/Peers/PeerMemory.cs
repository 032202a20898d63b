using System.Globalization;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Peers;

/// <summary>How much the resident memory of a fresh server grows with items of 200 bytes, as megabytes for a million of them.</summary>
internal static class PeerMemory
{
    private const int Items = 200_000;
    private const int QuickItems = 50_000;
    private const int ValueBytes = 200;

    public static async Task MeasureAsync(
        BenchmarkRun run, IReadOnlyList<PeerKind> kinds, PeerTable table, CancellationToken cancellationToken)
    {
        var items = run.Options.Quick ? QuickItems : Items;
        var what = $"Memory for a million items of {ValueBytes} bytes, measured with {items:N0}";
        var measured = new List<Measurement>();
        foreach (var kind in kinds)
        {
            // Bytes an item are megabytes for a million items.
            measured.Add(new(kind.Name, [await BytesAsync(run, kind, items, cancellationToken) / items]));
            BenchmarkRun.Report($"{kind.Name}: {measured[^1].Median:N0} bytes an item");
            table.Add(what, kind, string.Create(CultureInfo.InvariantCulture, $"{measured[^1].Median:N0} MB"));
        }

        foreach (var other in measured.Skip(1))
        {
            run.Add(new(what, Unit.Megabytes, measured[0], other, Target.None));
        }
    }

    private static async Task<double> BytesAsync(BenchmarkRun run, PeerKind kind, int items, CancellationToken cancellationToken)
    {
        await using var peer = await kind.StartAsync(run, run.Scratch.NewPath($"{kind.Name}-memory"), cancellationToken);
        await peer.ConfirmAsync(cancellationToken);
        await Idle.WaitAsync(peer.Server, cancellationToken);
        var before = peer.Server.Usage.ResidentBytes;
        await peer.FillAsync(items, ValueBytes, cancellationToken);
        await Idle.WaitAsync(peer.Server, cancellationToken);
        return peer.Server.Usage.ResidentBytes - before;
    }
}
