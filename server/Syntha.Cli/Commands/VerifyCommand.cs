using System.CommandLine;
using Syntha.Cli.Connections;
using Syntha.Cli.Output;
using Syntha.Cli.Verifying;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha verify</c>.</summary>
internal static class VerifyCommand
{
    public static Command Build(ConnectionOptionSet connection)
    {
        var command = new Command(
            "verify",
            "Check that users cannot reach each other's data. It makes users for the purpose, attacks one in the name of another, reports "
            + "each leak, and removes what it made");
        connection.Run(command, async (open, operatorKey, output, cancellationToken) =>
        {
            using var channel = open(null);
            var isSafe = await new Verification(channel, operatorKey, output).RunAsync(cancellationToken);
            return isSafe ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }
}
