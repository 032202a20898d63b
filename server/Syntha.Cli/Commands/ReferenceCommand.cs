using System.CommandLine;
using Syntha.Cli.Connections;
using Syntha.Cli.Output;

namespace Syntha.Cli.Commands;

/// <summary>
/// <c>syntha reference</c>, which help does not list. It prints <c>docs/reference/cli.md</c> from the definitions of the commands. A test
/// compares the file with it.
/// </summary>
internal static class ReferenceCommand
{
    public static Command Build(RootCommand root, ConnectionOptionSet connection)
    {
        var command = new Command("reference", "Print the reference of the commands as Markdown") { Hidden = true };
        command.SetAction(async (parsed, _) =>
        {
            await parsed.InvocationConfiguration.Output.WriteAsync(Reference.Of(root, connection.Options));
            return ExitCodes.Done;
        });
        return command;
    }
}
