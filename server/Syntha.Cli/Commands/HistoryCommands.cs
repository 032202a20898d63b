using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using Syntha.Cli.Connections;
using Syntha.Cli.Output;
using Syntha.V1;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha history</c> and <c>syntha diff</c>: the past of one user's mesh, with that user's credential.</summary>
internal static class HistoryCommands
{
    private const string KeyVariable = "SYNTHA_API_KEY";
    private const int MaxShownLetters = 60;

    public static Command BuildHistory()
    {
        var key = new Argument<string>("key") { Description = "The key" };
        var (user, agent) = (User(), Agent());
        var command = new Command("history", "List the versions of a key, the newest first, as far back as the change log reaches")
        {
            key, user, agent,
        };
        Connection().RunOnChannel(command, async (channel, parsed, output, cancellationToken) =>
        {
            var (mesh, headers) = (new ContextMesh.ContextMeshClient(channel), HeadersOf(parsed.GetValue(user)!));
            var request = new ListVersionsRequest { Key = parsed.GetValue(key)! };
            if (parsed.GetValue(agent) is { } reader)
            {
                request.AsAgent = reader;
            }

            var table = new TextTable("REVISION", "TIME", "KIND", "BY", "VALUE");
            do
            {
                var page = await mesh.ListVersionsAsync(request, headers, cancellationToken: cancellationToken);
                foreach (var version in page.Versions)
                {
                    table.Add(
                        TextTable.Number(version.Position.Revision), TextTable.Time(version.CommitTime), $"{version.Kind}", version.Author,
                        Short(version.Item));
                }

                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            await table.WriteAsync(output);
        });
        return command;
    }

    public static Command BuildDiff()
    {
        var from = new Argument<long>("from") { Description = "The first revision" };
        var to = new Argument<long?>("to")
        {
            Description = "The second revision, earlier or later. Without it: now",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var prefix = new Option<string?>("--prefix") { Description = "Only keys that begin with this text", HelpName = "text" };
        var (user, agent) = (User(), Agent());
        var command = new Command("diff", "List the keys that differ between two revisions, with their values before and after")
        {
            from, to, user, agent, prefix,
        };
        Connection().RunOnChannel(command, async (channel, parsed, output, cancellationToken) =>
        {
            var (mesh, headers) = (new ContextMesh.ContextMeshClient(channel), HeadersOf(parsed.GetValue(user)!));
            // People name revisions. They mean those of the store's present life.
            var now = (await mesh.GetAsync(new() { Key = "" }, headers, cancellationToken: cancellationToken)).Position;
            var request = new DiffPositionsRequest
            {
                From = new() { Epoch = now.Epoch, Revision = parsed.GetValue(from) },
                To = parsed.GetValue(to) is { } second ? new() { Epoch = now.Epoch, Revision = second } : null,
                Filter = new() { KeyPrefix = parsed.GetValue(prefix) ?? "" },
            };
            if (parsed.GetValue(agent) is { } reader)
            {
                request.AsAgent = reader;
            }

            var table = new TextTable("KIND", "KEY", "BEFORE", "AFTER");
            do
            {
                var page = await mesh.DiffPositionsAsync(request, headers, cancellationToken: cancellationToken);
                foreach (var one in page.Differences)
                {
                    table.Add($"{one.Kind}", one.Key, Short(one.Before), Short(one.After));
                }

                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            await table.WriteAsync(output);
        });
        return command;
    }

    public static ConnectionOptionSet Connection() => new("the user's", KeyVariable);

    public static Option<string> User() => new("--user") { Description = "The user", HelpName = "id", Required = true };

    private static Option<string?> Agent() => new("--agent")
    {
        Description = "Show what this agent could read then. Without it: everything",
        HelpName = "name",
    };

    public static Metadata HeadersOf(string user) => new() { { "user-id", user } };

    public static string Short(Item? item)
    {
        if (item is null)
        {
            return "";
        }

        if (item.Redacted)
        {
            return "(redacted)";
        }

        var value = item.ValueJson;
        return value.Length <= MaxShownLetters ? value : string.Create(
            CultureInfo.InvariantCulture, $"{value.AsSpan(0, MaxShownLetters)}… ({value.Length} letters)");
    }
}
