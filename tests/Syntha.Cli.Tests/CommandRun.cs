using Syntha.Cli.Commands;

namespace Syntha.Cli.Tests;

/// <summary>Runs the program in this process.</summary>
internal static class CommandRun
{
    public static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var code = await SynthaCommands.RunAsync(args, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
