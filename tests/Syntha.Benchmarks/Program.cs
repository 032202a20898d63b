using System.Globalization;
using System.Runtime.InteropServices;
using Syntha.Benchmarks;
using Syntha.Benchmarks.Baselines;
using Syntha.Benchmarks.Fairness;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;
using Syntha.Tests.Support;

const double BusyShareWorthANote = 0.1;

if (args is [BareServer.Command, var grpcPort, var httpPort])
{
    await BareServer.RunAsync(int.Parse(grpcPort, CultureInfo.InvariantCulture), int.Parse(httpPort, CultureInfo.InvariantCulture));
    return 0;
}

if (args is [AttackProgram.Command, .. var attack])
{
    await AttackProgram.RunAsync(attack);
    return 0;
}

if (args is [ControlProgram.Command, .. var control])
{
    await ControlProgram.RunAsync(control);
    return 0;
}

using var interrupted = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

try
{
    var options = BenchmarkOptions.Parse(args);
    H2Load.RequireInstalled();
    using var scratch = new ScratchFolder(BuildOutput.ArtifactsFolder);
    using var run = new BenchmarkRun(options, scratch);
    var failed = false;
    var busy = await ProcessorUse.BusyShareAsync(interrupted.Token);
    if (busy > BusyShareWorthANote)
    {
        run.Note($"Other work kept {busy:P0} of the processors busy before the run: repeat it when they are idle.");
    }

    foreach (var scenario in Scenario.All.Where(options.Chooses))
    {
        Console.Error.WriteLine($"{scenario.Name}:");
        try
        {
            await scenario.RunAsync(run, interrupted.Token);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // One scenario that fails must not stop the others.
            failed = true;
            BenchmarkRun.Report("failed");
            run.Note($"{scenario.Name} FAILED: {exception.Message}");
        }
    }

    if (options.Only.Count == 0)
    {
        run.Note("Dapper's cached statements after many users: counted where the cache lives, in the tests of Syntha.Storage.");
    }

    ResultTable.Write(Console.Out, run.Lines);
    foreach (var note in run.Notes)
    {
        Console.Out.WriteLine($"- {note}");
    }

    if (options.JsonFile is { } file)
    {
        ResultFile.Write(file, run);
    }
    // A missed target is a finding, not a failure, because timings depend on the machine.
    return failed ? 1 : 0;
}
catch (BenchmarkException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted.");
    return 130;
}
finally
{
    await PostgresCluster.StopSharedAsync();
}

void Stop(PosixSignalContext signal)
{
    // The program does not end at once. It first stops its child processes and removes its files.
    signal.Cancel = true;
    interrupted.Cancel();
}
