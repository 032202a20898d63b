using System.Globalization;
using Syntha.Benchmarks.Measuring;

namespace Syntha.Benchmarks.Peers;

/// <summary>
/// Our server beside etcd, Redis and Garnet, all on loopback ports with their data in the run's folder. Where a peer is missing, the table
/// says so.
/// </summary>
internal static class PeersScenario
{
    private static readonly RoundPlan Full = new(TimeSpan.FromSeconds(1), Rounds: 5, MostWarmUpRounds: 3);
    private static readonly RoundPlan Quick = new(TimeSpan.FromSeconds(0.5), Rounds: 3, MostWarmUpRounds: 3);

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var plan = run.Options.Quick ? Quick : Full;
        var table = new PeerTable();
        var peers = new OrderedDictionary<PeerKind, IPeer>();
        try
        {
            foreach (var kind in PeerKind.All)
            {
                await StartAsync(run, kind, peers, table, cancellationToken);
            }

            await PeerRates.MeasureAsync(run, plan, peers, table, cancellationToken);
            await PeerLatency.MeasureAsync(run, plan, peers, table, cancellationToken);
            await PeerFanOut.MeasureAsync(run, plan, peers, table, cancellationToken);
        }
        finally
        {
            foreach (var peer in peers.Values)
            {
                await peer.DisposeAsync();
            }
        }

        await PeerMemory.MeasureAsync(run, [.. peers.Keys], table, cancellationToken);
        table.Write(Console.Out);
        run.Note(
            $"peers: measured on {TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}, "
            + $"{Environment.ProcessorCount} processors ({ProcessorModel()}).");
    }

    private static async Task StartAsync(
        BenchmarkRun run, PeerKind kind, OrderedDictionary<PeerKind, IPeer> peers, PeerTable table, CancellationToken cancellationToken)
    {
        if (!kind.IsInstalled)
        {
            table.AddColumn(kind, kind.Name, "not installed");
            run.Note($"peers: {kind.Name} is not installed. `eng/setup peers` installs it where it can.");
            return;
        }

        var head = await kind.NameWithVersionAsync(cancellationToken);
        try
        {
            peers.Add(kind, await StartAsync(run, kind, cancellationToken));
            table.AddColumn(kind, head);
        }
        catch (Exception exception) when (kind != PeerKind.Ours && exception is not OperationCanceledException)
        {
            table.AddColumn(kind, head, "does not work here");
            run.Note($"peers: {kind.Name} does not work here: {exception.Message}");
        }
    }

    private static async Task<IPeer> StartAsync(BenchmarkRun run, PeerKind kind, CancellationToken cancellationToken)
    {
        var peer = await kind.StartAsync(run, run.Scratch.NewPath(kind.Name), cancellationToken);
        try
        {
            // Some servers fail at their first write only.
            await peer.ConfirmAsync(cancellationToken);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    private static string ProcessorModel() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 1)..].Trim()
            : "unknown";
}
