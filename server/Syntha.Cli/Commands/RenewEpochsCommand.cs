using System.CommandLine;
using Syntha.Cli.Connections;
using Syntha.Cli.Output;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha renew-epochs</c>.</summary>
internal static class RenewEpochsCommand
{
    public static Command Build(ConnectionOptionSet connection)
    {
        var command = new Command(
            "renew-epochs",
            "Give all users new epochs. Call it after files or the database were restored from a backup. "
            + "Positions from the time after the backup are refused from then on");
        connection.Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            using var call = admin.RenewEpochs(new(), cancellationToken: cancellationToken);
            return await StoreProgress.WriteAsync(
                call.ResponseStream, progress => (progress.Done, progress.Failed, progress.Total), output,
                parsed.InvocationConfiguration.Error, cancellationToken);
        });
        return command;
    }
}
