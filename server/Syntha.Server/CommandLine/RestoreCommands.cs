using System.CommandLine;
using Grpc.Core;

namespace Syntha.Server.CommandLine;

/// <summary><c>syntha restore-mark</c>.</summary>
internal static class RestoreCommands
{
    public static Command Build(ConnectionOptionSet connection)
    {
        var command = new Command(
            "restore-mark", "Give all users new epochs, after files or the database were restored from a backup: positions from after the backup are then refused");
        connection.Run(command, async (admin, _, output, cancellationToken) =>
        {
            using var call = admin.RestoreMark(new(), cancellationToken: cancellationToken);
            await foreach (var progress in call.ResponseStream.ReadAllAsync(cancellationToken))
                await output.WriteLineAsync($"{progress.Done} of {progress.Total} users, {progress.Failed} failed");
        });
        return command;
    }
}
