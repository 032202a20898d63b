using System.CommandLine;
using Syntha.Cli.Connections;
using Syntha.Cli.Verifying;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha verify</c>.</summary>
internal static class VerifyCommand
{
    public static Command Build(ConnectionOptionSet connection)
    {
        var command = new Command(
            "verify", "Attack the server as one throw-away user who is after another's data, tell what leaked, and take both away again");
        connection.Run(command, async (open, operatorKey, output, cancellationToken) =>
        {
            using var channel = open(null);
            return await new Verification(channel, operatorKey, output).RunAsync(cancellationToken) ? 0 : ConnectionOptionSet.Refused;
        });
        return command;
    }
}
