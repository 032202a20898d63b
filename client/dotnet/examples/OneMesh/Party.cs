using System.Diagnostics;

namespace Syntha.Examples.OneMesh;

/// <summary>A program that takes part. What it prints is shown with its name before it.</summary>
internal sealed class Party : IDisposable
{
    private readonly string name;
    private readonly Process process;

    private Party(string name, Process process) => (this.name, this.process) = (name, process);

    public static Party Start(string name, string program, params string[] arguments) =>
        new(name, Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!);

    /// <summary>Reads until a line contains a text.</summary>
    /// <exception cref="InvalidOperationException">The program has ended before that.</exception>
    public async Task ReadToAsync(string text, CancellationToken cancellationToken)
    {
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                Console.WriteLine($"{name,8} | {line}");
            }

            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"{name} has ended.");
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }
}
