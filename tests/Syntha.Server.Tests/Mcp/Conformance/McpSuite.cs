using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Syntha.Server.Tests.Mcp.Conformance;

/// <summary>The conformance suite of the Model Context Protocol: a program of Node, which eng/setup installs.</summary>
internal static class McpSuite
{
    /// <summary>The agent that makes all requests of the suite.</summary>
    public const string Agent = "suite";

    private static readonly string Program = Path.Combine(Here(), "..", "..", "..", "node", "mcp", "conformance.mjs");

    /// <summary>Runs the server's scenarios of a revision's requirements.</summary>
    /// <param name="server">The HTTP port of the server.</param>
    /// <param name="revision">Such as <c>2026-07-28</c>.</param>
    /// <param name="user">The user of all requests.</param>
    /// <param name="scenarios">The names of scenarios to run; none: all that the revision requires.</param>
    /// <returns>The failures of each scenario that ran, by its name.</returns>
    public static async Task<Dictionary<string, string[]>> RunAsync(
        Uri server, string revision, string user, params string[] scenarios)
    {
        var start = new ProcessStartInfo("node", [Program, server.ToString(), revision, user, Agent, .. scenarios])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, await errors);
            return JsonSerializer.Deserialize<Dictionary<string, string[]>>(output)!;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
