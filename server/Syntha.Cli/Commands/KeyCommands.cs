using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Syntha.Cli.Connections;
using Syntha.Cli.Output;
using Syntha.Server.Credentials;
using Syntha.V1;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha keys</c>.</summary>
internal static class KeyCommands
{
    private const int PageSize = 1_000;

    public static Command Build(ConnectionOptionSet connection) => new("keys", "Make, list and revoke API keys")
    {
        Create(connection), List(connection), Revoke(connection), Generate(),
    };

    private static Command Create(ConnectionOptionSet connection)
    {
        var isOperator = new Option<bool>("--operator") { Description = "The key opens Administration, and no user's data" };
        var user = new Option<string?>("--user") { Description = "The key opens the data of this user", HelpName = "id" };
        var agent = new Option<string?>("--agent") { Description = "With --user: only in the name of this agent", HelpName = "name" };
        var role = new Option<string?>("--role")
        {
            Description = "With --agent: only with the rights of this role: readonly, contributor, moderator or admin",
            HelpName = "role",
        };
        role.AcceptOnlyFromAmong("readonly", "contributor", "moderator", "admin");
        var days = new Option<double?>("--expires-in-days")
        {
            Description = "The key expires after so many days. Without it: never",
            HelpName = "days",
        };
        var label = new Option<string?>("--label") { Description = "A name for the key, for the operator's own use", HelpName = "text" };
        var command = new Command("create", "Make a key and print its secret. It cannot be shown again")
        {
            isOperator, user, agent, role, days, label,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(isOperator) == result.GetValue(user) is not null)
            {
                result.AddError("Write either --operator or --user: a key opens Administration, or one user's data.");
            }
        });
        connection.Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            var request = new CreateApiKeyRequest
            {
                Scope = parsed.GetValue(isOperator) ? KeyScope.Operator : parsed.GetValue(agent) is null ? KeyScope.User : KeyScope.Agent,
                UserId = parsed.GetValue(user) ?? "",
                Label = parsed.GetValue(label) ?? "",
            };
            if (parsed.GetValue(agent) is { } agentName)
            {
                request.Agent = agentName;
            }

            if (parsed.GetValue(role) is { } roleName)
            {
                request.Role = System.Enum.Parse<PredefinedRole>(roleName, ignoreCase: true);
            }

            if (parsed.GetValue(days) is { } left)
            {
                request.ExpireTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddDays(left));
            }

            // The secret is alone on its line, so that a script can take it.
            await output.WriteLineAsync((await admin.CreateApiKeyAsync(request, cancellationToken: cancellationToken)).Secret);
        });
        return command;
    }

    private static Command List(ConnectionOptionSet connection)
    {
        var user = new Option<string?>("--user") { Description = "Only the keys of this user", HelpName = "id" };
        var command = new Command("list", "List keys, the newest first, without their secrets") { user };
        connection.Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            var table = new TextTable("ID", "OPENS", "USER", "AGENT", "ROLE", "MADE", "EXPIRES", "REVOKED", "LABEL");
            var request = new ListApiKeysRequest { PageSize = PageSize };
            if (parsed.GetValue(user) is { } userId)
            {
                request.UserId = userId;
            }

            do
            {
                var page = await admin.ListApiKeysAsync(request, cancellationToken: cancellationToken);
                foreach (var key in page.Keys)
                {
                    table.Add(
                        key.Id, key.Scope.ToString(), key.UserId, key.Agent, Name(key.Role), TextTable.Time(key.CreateTime),
                        TextTable.Time(key.ExpireTime), TextTable.Time(key.RevokeTime), key.Label);
                }

                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            await table.WriteAsync(output);
        });
        return command;
    }

    private static string Name(PredefinedRole role) => role == PredefinedRole.Unspecified ? "" : role.ToString().ToLowerInvariant();

    private static Command Revoke(ConnectionOptionSet connection)
    {
        var id = new Argument<string>("id") { Description = "The key's id, as in the list" };
        var command = new Command("revoke", "Revoke a key at once. Its calls are refused, and its streams end") { id };
        connection.Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            var answer = await admin.RevokeApiKeyAsync(new() { Id = parsed.GetValue(id)! }, cancellationToken: cancellationToken);
            await output.WriteLineAsync(answer.Revoked ? "Revoked." : "There is no such key, or it was revoked before.");
        });
        return command;
    }

    private static Command Generate()
    {
        var command = new Command(
            "generate", "Make an operator's first key without a server. Print it, and its hash for the settings of the server");
        command.SetAction(async (parsed, _) =>
        {
            var key = ApiKeyText.Create(ApiKeyText.OperatorId);
            var output = parsed.InvocationConfiguration.Output;
            await output.WriteLineAsync($"{ConnectionOptionSet.KeyVariable}={key.Text}");
            await output.WriteLineAsync($"SYNTHA_Authentication__OperatorKeySha256={Convert.ToHexStringLower(key.Hash())}");
            return ExitCodes.Done;
        });
        return command;
    }
}
