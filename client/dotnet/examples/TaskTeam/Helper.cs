using System.Diagnostics;

namespace Syntha.Examples.TaskTeam;

/// <summary>A worker in a program of its own.</summary>
internal sealed class Helper : IDisposable
{
    private readonly Process process;

    private Helper(Process process) => this.process = process;

    public static Helper Start(string program, params string[] arguments) =>
        new(Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!);

    /// <summary>The next line that it prints. Null: it has ended.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        await process.StandardOutput.ReadLineAsync(cancellationToken);

    /// <exception cref="InvalidOperationException">It has failed.</exception>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The worker '{process.StartInfo.FileName}' has failed.");
        }
    }

    public void Kill() => process.Kill();

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }
}
