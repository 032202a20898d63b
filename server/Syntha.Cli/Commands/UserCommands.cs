using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Syntha.Cli.Connections;
using Syntha.Cli.Output;
using Syntha.V1;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha users</c>.</summary>
internal static class UserCommands
{
    private const int PageSize = 1_000;
    private const int ChunkBytes = 1 << 20;

    public static Command Build(ConnectionOptionSet connection) => new("users", "List, count, erase, export and import users")
    {
        List(connection), Stats(connection), Delete(connection), Export(connection), Import(connection),
    };

    private static Argument<string> User() => new("user") { Description = "The user's id" };

    private static Command List(ConnectionOptionSet connection)
    {
        var command = new Command("list", "List the users that have a store");
        connection.Run(command, async (admin, _, output, cancellationToken) =>
        {
            var table = new TextTable("USER", "LOADED", "STREAMS");
            var request = new ListUsersRequest { PageSize = PageSize };
            do
            {
                var page = await admin.ListUsersAsync(request, cancellationToken: cancellationToken);
                foreach (var user in page.Users)
                {
                    table.Add(user.UserId, user.Loaded ? "yes" : "no", TextTable.Number(user.LiveStreams));
                }

                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            await table.WriteAsync(output);
        });
        return command;
    }

    private static Command Stats(ConnectionOptionSet connection)
    {
        var user = User();
        var command = new Command("stats", "Show how much a user holds and may hold, and its sessions. Keys and values are not shown")
        {
            user,
        };
        connection.Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            var stats = await admin.GetUserStatsAsync(new() { UserId = parsed.GetValue(user)! }, cancellationToken: cancellationToken);
            var counts = stats.Stats;
            var table = new TextTable("WHAT", "USED", "ALLOWED");
            table.Add("items", TextTable.Number(counts.ActiveItems), TextTable.Number(stats.Quota.MaxItems));
            table.Add("bytes", TextTable.Number(counts.TotalBytes), TextTable.Number(stats.Quota.MaxBytes));
            table.Add("agents", TextTable.Number(stats.Usage.Agents), TextTable.Number(stats.Quota.MaxAgents));
            table.Add("topics", TextTable.Number(counts.TotalTopics), TextTable.Number(stats.Quota.MaxTopics));
            table.Add("streams", TextTable.Number(stats.Usage.Streams), TextTable.Number(stats.Quota.MaxStreams));
            table.Add("calls per second", "", TextTable.Number(stats.Quota.CallsPerSecond));
            await table.WriteAsync(output);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"""

                of the items: {counts.GlobalItems} global, {counts.PrivateItems} routed, {counts.ExpiredItems} more have expired
                position: {stats.Position.Epoch} {stats.Position.Revision}
                agents with topics: {string.Join(", ", stats.Agents)}
                API keys: {string.Join(", ", stats.ApiKeyIds)}
                """));
            await SessionsCommand.WriteAsync(stats.Sessions, output);
        });
        return command;
    }

    private static Command Delete(ConnectionOptionSet connection)
    {
        var user = User();
        var isMeant = new Option<bool>("--yes") { Description = "Confirm it. Without this option nothing is erased" };
        var command = new Command("delete", "Erase a user with its data, log, keys and files. It cannot be undone") { user, isMeant };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(isMeant))
            {
                result.AddError("Erasing cannot be undone. Confirm it with --yes.");
            }
        });
        connection.Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            var answer = await admin.DeleteUserAsync(new() { UserId = parsed.GetValue(user)! }, cancellationToken: cancellationToken);
            var result = answer.Deleted ? "Erased" : "The user had no store";
            await output.WriteLineAsync($"{result}; {answer.RevokedKeys} keys revoked.");
        });
        return command;
    }

    private static Command Export(ConnectionOptionSet connection)
    {
        var user = User();
        var file = new Argument<string>("file") { Description = "The new file. It must not exist" };
        var command = new Command("export", "Write all that a user holds into a file") { user, file };
        connection.Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using var target = new FileStream(path, options);
            using var call = admin.ExportUser(new() { UserId = parsed.GetValue(user)! }, cancellationToken: cancellationToken);
            try
            {
                await foreach (var piece in call.ResponseStream.ReadAllAsync(cancellationToken))
                {
                    await target.WriteAsync(piece.Chunk.Memory, cancellationToken);
                }
            }
            catch
            {
                // Half of an export cannot be imported.
                File.Delete(path);
                throw;
            }
            await output.WriteLineAsync($"{target.Length} bytes written to {path}.");
        });
        return command;
    }

    private static Command Import(ConnectionOptionSet connection)
    {
        var user = User();
        var file = new Argument<string>("file") { Description = "A file that export has written" };
        var replaces = new Option<bool>("--replace") { Description = "Replace what the user holds" };
        var allowsOther = new Option<bool>("--from-another-user") { Description = "Accept a file that was exported from another user" };
        var command = new Command("import", "Make a user's store from an exported file") { user, file, replaces, allowsOther };
        connection.Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            await using var source = File.OpenRead(parsed.GetValue(file)!);
            using var call = admin.ImportUser(cancellationToken: cancellationToken);
            var header = new ImportHeader
            {
                UserId = parsed.GetValue(user)!,
                Replace = parsed.GetValue(replaces),
                AllowOtherUser = parsed.GetValue(allowsOther),
            };
            try
            {
                await call.RequestStream.WriteAsync(new() { Header = header }, cancellationToken);
                var buffer = new byte[ChunkBytes];
                while (await source.ReadAsync(buffer, cancellationToken) is var read and > 0)
                {
                    await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(buffer, 0, read) }, cancellationToken);
                }

                await call.RequestStream.CompleteAsync();
            }
            catch (Exception refused) when (refused is RpcException or HttpRequestException or InvalidOperationException)
            {
                // The answer below has the reason.
            }
            var answer = await call.ResponseAsync;
            await output.WriteLineAsync($"{answer.Items} items of {answer.Bytes} bytes imported.");
        });
        return command;
    }
}
