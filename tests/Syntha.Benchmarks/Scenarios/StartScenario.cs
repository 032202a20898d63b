using System.Diagnostics;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>The time from the start of the process to the first answered Get, against the bare server's first answer.</summary>
internal static class StartScenario
{
    private const int Starts = 5;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var dataFolder = run.Scratch.NewPath("start");
        // The first start creates the user and the item for the others to read. It also warms the disk's cache and this program.
        await using (var server = await run.StartSynthaAsync(dataFolder, cancellationToken))
        {
            using var clients = new MeshClients(server);
            await clients.Mesh.PushAsync(
                new() { Item = new() { Key = Servers.FirstKey, ValueJson = BenchmarkValue.Json } },
                MeshClients.As(Servers.FirstUser, cancellationToken));
        }

        await TimeAsync(run.StartBareAsync(cancellationToken));

        // Without the log of the compiler, which each start would pay for.
        var ours = new List<double>();
        var bare = new List<double>();
        for (var start = 0; start < Starts; start++)
        {
            ours.Add(await TimeAsync(Servers.StartSynthaAsync(run.Probe, dataFolder, [], cancellationToken)));
            bare.Add(await TimeAsync(Servers.StartBareAsync(run.Probe, [], cancellationToken)));
        }

        run.Add(new(
            "Start to first answer, median",
            Unit.Milliseconds,
            new("ours", ours),
            new("bare server", bare),
            Target.AtMost(1_500, Unit.Milliseconds)));
    }

    private static async Task<double> TimeAsync(Task<ServerProcess> starting)
    {
        await using var server = await starting;
        return Stopwatch.GetElapsedTime(server.Began).TotalMilliseconds;
    }
}
