using System.CommandLine;
using Syntha.Cli.Connections;
using Syntha.Cli.Output;
using Syntha.V1;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha sessions</c>.</summary>
internal static class SessionsCommand
{
    private const int PageSize = 1_000;

    public static Command Build(ConnectionOptionSet connection)
    {
        var user = new Option<string?>("--user") { Description = "Only the sessions of this user", HelpName = "id" };
        var command = new Command("sessions", "List the callers of the node, with their address and credential") { user };
        connection.Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            var found = new List<Session>();
            var request = new ListSessionsRequest { PageSize = PageSize };
            if (parsed.GetValue(user) is { } userId)
            {
                request.UserId = userId;
            }

            do
            {
                var page = await admin.ListSessionsAsync(request, cancellationToken: cancellationToken);
                found.AddRange(page.Sessions);
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            await WriteAsync(found, output);
        });
        return command;
    }

    public static Task WriteAsync(IEnumerable<Session> sessions, TextWriter output)
    {
        var table = new TextTable("USER", "AGENT", "CREDENTIAL", "ADDRESS", "SINCE", "STREAMS", "BEHIND");
        foreach (var session in sessions)
        {
            table.Add(
                session.UserId, session.Agent, session.CredentialId, session.ClientAddress, TextTable.Time(session.StartTime),
                TextTable.Number(session.LiveStreams), TextTable.Number(session.StreamLag));
        }

        return table.WriteAsync(output);
    }
}
