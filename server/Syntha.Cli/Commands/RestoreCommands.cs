using System.CommandLine;
using Syntha.Cli.Connections;
using Syntha.Cli.Output;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha restore-mark</c>.</summary>
internal static class RestoreCommands
{
    public static Command Build(ConnectionOptionSet connection)
    {
        var command = new Command(
            "restore-mark", "Give all users new epochs, after files or the database were restored from a backup: positions from after the backup are then refused");
        connection.Run(command, async (admin, parsed, _, cancellationToken) =>
        {
            using var call = admin.RestoreMark(new(), cancellationToken: cancellationToken);
            return await StoreProgress.TellAsync(
                call.ResponseStream, progress => (progress.Done, progress.Failed, progress.Total), parsed, cancellationToken);
        });
        return command;
    }
}
