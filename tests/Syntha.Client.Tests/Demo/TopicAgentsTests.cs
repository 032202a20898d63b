using System.Diagnostics;

using Syntha.Client.Tests.RealServer;

namespace Syntha.Client.Tests.Demo;

/// <summary>The example of two agents prints what its comments say.</summary>
public sealed class TopicAgentsTests(SharedServer shared)
{
    // See DemoTests for the multi-user example, which is run in the same way.
    private static readonly string ExamplePath = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "TopicAgents", new DirectoryInfo(AppContext.BaseDirectory).Name, "TopicAgents.dll"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_PrintsItsTranscript()
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [ExamplePath, shared.Server.Address]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);

        Assert.Equal(
            """
            Writer listens to findings
            Writer hears: Created finding/1 Rivers carry silt
            Writer hears: Created finding/2 Silt makes deltas
            Writer pauses
            Writer goes on
            Writer hears: Updated finding/1 Rivers carry sand and silt
            Writer hears: Removed finding/2
            Writer hears: Created finding/3 Deltas sink; Created finding/4 Dams hold silt back
            Researcher reads: The final draft

            """,
            output);
        Assert.Equal(0, process.ExitCode);
    }
}
