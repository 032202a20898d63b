using Syntha.Cli.Commands;

namespace Syntha.Server.Tests.Verifying;

/// <summary>Runs <c>syntha verify</c> as an operator does.</summary>
internal static class Operator
{
    public static async Task<(int Code, string Output)> VerifyAsync(string address, string? key)
    {
        var keyFile = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(keyFile, key ?? "", TestContext.Current.CancellationToken);
            using var output = new StringWriter { NewLine = "\n" };
            string[] words = ["verify", "--server", address, .. key is null ? Array.Empty<string>() : ["--key-file", keyFile]];
            var code = await SynthaCommands.RunAsync(words, output, output);
            return (code, output.ToString());
        }
        finally
        {
            File.Delete(keyFile);
        }
    }
}
