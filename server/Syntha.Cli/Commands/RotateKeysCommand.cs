using System.CommandLine;
using Syntha.Cli.Connections;
using Syntha.Cli.Output;
using Syntha.V1;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha rotate-keys</c>.</summary>
internal static class RotateKeysCommand
{
    public static Command Build(ConnectionOptionSet connection)
    {
        var user = new Option<string?>("--user") { Description = "Only the data of this user", HelpName = "id" };
        var wrapOnly = new Option<bool>("--wrap-only")
        {
            Description = "Keep the users' data keys, and encrypt only these anew, under the newest key of the ring",
        };
        var command = new Command("rotate-keys", "Encrypt all users' data under new data keys, while the server serves it")
        {
            user, wrapOnly,
        };
        connection.Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            var request = new RotateKeysRequest { IncludeData = !parsed.GetValue(wrapOnly) };
            if (parsed.GetValue(user) is { } userId)
            {
                request.UserId = userId;
            }

            using var call = admin.RotateKeys(request, cancellationToken: cancellationToken);
            return await StoreProgress.WriteAsync(
                call.ResponseStream, progress => (progress.Done, progress.Failed, progress.Total), output,
                parsed.InvocationConfiguration.Error, cancellationToken);
        });
        return command;
    }
}
