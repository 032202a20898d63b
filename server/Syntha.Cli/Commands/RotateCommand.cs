using System.CommandLine;
using Syntha.Cli.Connections;
using Syntha.Cli.Output;
using Syntha.V1;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha rotate-keys</c>.</summary>
internal static class RotateCommand
{
    public static Command Build(ConnectionOptionSet connection)
    {
        var user = new Option<string?>("--user") { Description = "Only this user's" };
        var wrapOnly = new Option<bool>("--wrap-only") { Description = "Keep the data keys, and only wrap them anew under the newest key of the ring" };
        var command = new Command("rotate-keys", "Encrypt all users' data under new keys, while the server serves it") { user, wrapOnly };
        connection.Run(command, async (admin, parsed, _, cancellationToken) =>
        {
            var request = new RotateKeysRequest { IncludeData = !parsed.GetValue(wrapOnly) };
            if (parsed.GetValue(user) is { } userId)
            {
                request.UserId = userId;
            }

            using var call = admin.RotateKeys(request, cancellationToken: cancellationToken);
            return await StoreProgress.TellAsync(
                call.ResponseStream, progress => (progress.Done, progress.Failed, progress.Total), parsed, cancellationToken);
        });
        return command;
    }
}
