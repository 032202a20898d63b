using System.Diagnostics;

namespace Syntha.Storage.Tests.Support;

/// <summary>This test program, started again in a process of its own.</summary>
internal static class ChildProcess
{
    public static Process Start(string[] arguments, params string[] wrapper)
    {
        string[] line = [.. wrapper, "dotnet", typeof(ChildProcess).Assembly.Location, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // So a trace shows little else than the work, and a kill leaves no report.
        start.Environment["DOTNET_TieredCompilation"] = "1";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return Process.Start(start)!;
    }

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string[] arguments, params string[] wrapper)
    {
        using var process = Start(arguments, wrapper);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
