using Syntha.Cli.Commands;

namespace Syntha.Server.Tests.Audit;

/// <summary>Runs <c>syntha audit --verify</c> against a test's server.</summary>
internal static class Verification
{
    public static async Task<int> RunAsync(TestServer server) => (await RunAsync(server, null)).Code;

    /// <param name="server">The server.</param>
    /// <param name="log">Lines of the server's log; null: without the log.</param>
    public static async Task<(int Code, string Output)> RunAsync(TestServer server, IEnumerable<string>? log)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, log ?? [], TestContext.Current.CancellationToken);
            using var output = new StringWriter { NewLine = "\n" };
            string[] heads = log is null ? [] : ["--heads", file];
            var code = await SynthaCommands.RunAsync(["audit", "--verify", .. heads, "--server", server.Grpc.ToString()], output, output);
            return (code, output.ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
