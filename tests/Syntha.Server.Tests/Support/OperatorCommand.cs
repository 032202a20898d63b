using Syntha.Cli.Commands;

namespace Syntha.Server.Tests.Support;

/// <summary>Runs a command as an operator does, in this process, with the operator's first key.</summary>
internal static class OperatorCommand
{
    public static async Task<(int Code, string Output, string Errors)> RunAsync(TestServer server, params string[] words)
    {
        var keyFile = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(keyFile, OperatorKey.Secret, TestContext.Current.CancellationToken);
            using var output = new StringWriter { NewLine = "\n" };
            using var errors = new StringWriter { NewLine = "\n" };
            var code = await SynthaCommands.RunAsync([.. words, "--server", server.Grpc.ToString(), "--key-file", keyFile], output, errors);
            return (code, output.ToString(), errors.ToString());
        }
        finally
        {
            File.Delete(keyFile);
        }
    }
}
