using System.Diagnostics;
using System.Globalization;
using Syntha.Benchmarks.Processes;

namespace Syntha.Benchmarks.Fairness;

/// <summary>An attacker as a child process, or the control of one. One caller at a time.</summary>
internal sealed class AttackProcess : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(120);

    private readonly Process process;

    private AttackProcess(Process process) => this.process = process;

    /// <summary>Its processor time so far.</summary>
    public TimeSpan ProcessorTime => ProcessorClock.Of(process.Id);

    /// <summary>Starts a program of this assembly, and waits until it is ready.</summary>
    public static async Task<AttackProcess> StartAsync(string command, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [BuildOutput.BenchmarksFile("dll"), command, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var attacker = new AttackProcess(Process.Start(start)!);
        if (await attacker.ReadAsync() == AttackProgram.Ready)
        {
            return attacker;
        }

        await attacker.DisposeAsync();
        throw new BenchmarkException($"{command} {arguments[0]} did not start.");
    }

    /// <summary>Begins the attack.</summary>
    public Task GoAsync() => TellAsync(AttackProgram.Go);

    /// <summary>Ends the attack, and returns what its calls came to.</summary>
    public async Task<(long Done, long Refused)> StopAsync()
    {
        await TellAsync(AttackProgram.Stop);
        var counts = (await ReadAsync() ?? throw new BenchmarkException("An attacker has ended.")).Split(' ');
        return (long.Parse(counts[0], CultureInfo.InvariantCulture), long.Parse(counts[1], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private async Task TellAsync(string word)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(word);
            await process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            await process.WaitForExitAsync();
            throw new BenchmarkException($"An attacker has ended with code {process.ExitCode}.");
        }
    }

    private async Task<string?> ReadAsync()
    {
        using var limit = new CancellationTokenSource(LongestWait);
        return await process.StandardOutput.ReadLineAsync(limit.Token);
    }
}
