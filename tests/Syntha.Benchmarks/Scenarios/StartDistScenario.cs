using System.Diagnostics;
using System.Globalization;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// The time from the start of the process to the first answered Get: the ready-to-run program of <c>make dist</c>, against the build that
/// <c>make run</c> starts. Without <c>make dist</c> it is left out.
/// </summary>
internal static class StartDistScenario
{
    private const int Pairs = 15;
    private const int QuickPairs = 5;
    private const double MostOfBuild = 0.7;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        if (BuildOutput.DistributedProgram is not { } program)
        {
            run.Note("start-dist was left out: the program that it starts is made by make dist.");
            return;
        }

        var dataFolder = run.Scratch.NewPath("start-dist");
        // The first start creates the user and the item for the others to read. It and the next one also warm the disk's cache.
        await using (var server = await Servers.StartBuildAsync(run.Probe, dataFolder, cancellationToken))
        {
            using var clients = new MeshClients(server);
            await clients.Mesh.PushAsync(
                new() { Item = new() { Key = Servers.FirstKey, ValueJson = BenchmarkValue.Json } },
                MeshClients.As(Servers.FirstUser, cancellationToken));
        }

        await TimeAsync(Servers.StartProgramAsync(run.Probe, program, dataFolder, cancellationToken));

        var (distributed, build, ratios) = (new List<double>(), new List<double>(), new List<double>());
        for (var pair = 0; pair < (run.Options.Quick ? QuickPairs : Pairs); pair++)
        {
            distributed.Add(await TimeAsync(Servers.StartProgramAsync(run.Probe, program, dataFolder, cancellationToken)));
            build.Add(await TimeAsync(Servers.StartBuildAsync(run.Probe, dataFolder, cancellationToken)));
            ratios.Add(distributed[^1] / build[^1]);
        }

        // Other work on the machine affects both of a pair, so the median of the pairs' ratios is told as well.
        run.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"start-dist: the ratios of {ratios.Count} pairs have the median {Measurement.MedianOf(ratios):0.00}; "
            + $"they go from {ratios.Min():0.00} to {ratios.Max():0.00}."));
        run.Add(new(
            "Start to first answer of the ready-to-run program, median",
            Unit.Milliseconds,
            new("ready-to-run", distributed),
            new("make run's build", build),
            Target.RatioAtMost(MostOfBuild)));
    }

    private static async Task<double> TimeAsync(Task<ServerProcess> starting)
    {
        await using var server = await starting;
        return Stopwatch.GetElapsedTime(server.Began).TotalMilliseconds;
    }
}
