using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Syntha.Cli.Auditing;
using Syntha.Cli.Connections;
using Syntha.Cli.Output;
using Syntha.V1;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha audit</c>.</summary>
internal static class AuditCommand
{
    private const int PageSize = 1_000;

    public static Command Build(ConnectionOptionSet connection)
    {
        var user = new Option<string?>("--user") { Description = "Only entries about this user", HelpName = "id" };
        var from = TimeOption("--from", "Only entries from this time on, such as 2026-11-24T15:00Z");
        var until = TimeOption("--until", "Only entries before this time");
        var outcome = new Option<AuditOutcome?>("--outcome")
        {
            Description = "Only entries with this outcome: Success, Denied or Failed",
            HelpName = "outcome",
        };
        var method = new Option<string?>("--method")
        {
            Description = "Only entries of this method, such as ContextMesh/Push",
            HelpName = "name",
        };
        var oldest = new Option<bool>("--oldest-first") { Description = "Begin with the oldest entry" };
        var count = new Option<int>("--count")
        {
            Description = "How many entries at most. An entry that stands for several writes has a line for each",
            HelpName = "number",
            DefaultValueFactory = _ => 100,
        };
        var verify = new Option<bool>("--verify")
        {
            Description = "Read all entries, and report each entry that was changed, removed or moved, and each chain that was cut off",
        };
        var heads = new Option<string?>("--heads")
        {
            Description = "With --verify: a file with lines of the log syntha_audit. The chains must contain the heads in it",
            HelpName = "file",
        };
        var command = new Command("audit", "Show the audit trail, or verify it")
        {
            user, from, until, outcome, method, oldest, count, verify, heads,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(heads) is not null && !result.GetValue(verify))
            {
                result.AddError("--heads is for --verify.");
            }
        });
        connection.Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            if (parsed.GetValue(verify))
            {
                var isWhole = await TrailVerification.RunAsync(
                    admin, parsed.GetValue(heads), output, parsed.InvocationConfiguration.Error, cancellationToken);
                return isWhole ? ExitCodes.Done : ExitCodes.Failed;
            }

            var request = new ListAuditEventsRequest
            {
                StartTime = parsed.GetValue(from) is { } first ? Timestamp.FromDateTimeOffset(first) : null,
                EndTime = parsed.GetValue(until) is { } last ? Timestamp.FromDateTimeOffset(last) : null,
                Outcome = parsed.GetValue(outcome) ?? AuditOutcome.Unspecified,
                Method = parsed.GetValue(method) ?? "",
                OldestFirst = parsed.GetValue(oldest),
            };
            if (parsed.GetValue(user) is { } userId)
            {
                request.UserId = userId;
            }

            await ListAsync(admin, request, parsed.GetValue(count), output, cancellationToken);
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task ListAsync(
        Administration.AdministrationClient admin, ListAuditEventsRequest request, int count, TextWriter output,
        CancellationToken cancellationToken)
    {
        var table = new TextTable(
            "TIME", "NODE", "SEQUENCE", "CREDENTIAL", "USER", "AGENT", "METHOD", "OUTCOME", "REASON", "CALLS", "BYTES", "KEYS", "REVISION");
        do
        {
            request.PageSize = Math.Clamp(count, 1, PageSize);
            var page = await admin.ListAuditEventsAsync(request, cancellationToken: cancellationToken);
            foreach (var entry in page.Events)
            {
                foreach (var (calls, bytes, keys, revision) in Rows(entry))
                {
                    Add(table, entry, calls, bytes, keys, revision);
                }
            }

            count -= page.Events.Count;
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0 && count > 0);
        await table.WriteAsync(output);
    }

    private static IEnumerable<(long Calls, long Bytes, long Keys, long Revision)> Rows(AuditEvent entry) => entry.WhatCase switch
    {
        AuditEvent.WhatOneofCase.Write when entry.Write.Commands.Count > 0 =>
            entry.Write.Commands.Select(command => (1L, command.Bytes, command.Keys, command.Revision)),
        AuditEvent.WhatOneofCase.Write => [(entry.Write.Calls, entry.Write.Bytes, entry.Write.Keys, entry.Write.Position.Revision)],
        AuditEvent.WhatOneofCase.Calls => [(entry.Calls.Calls, entry.Calls.Bytes, 0, 0)],
        AuditEvent.WhatOneofCase.Refusal => [(entry.Refusal.Calls, 0, 0, 0)],
        AuditEvent.WhatOneofCase.Retention => [(entry.Retention.RemovedEntries, 0, 0, entry.Retention.LastSequence)],
        _ => [(0, 0, 0, 0)],
    };

    private static void Add(TextTable table, AuditEvent entry, long calls, long bytes, long keys, long revision) => table.Add(
        TextTable.Time(entry.EventTime), entry.Node, TextTable.Number(entry.Sequence), entry.CredentialId, entry.UserId, entry.Agent,
        entry.Method, entry.Outcome.ToString(), entry.Refusal?.Reason ?? "", TextTable.Number(calls), TextTable.Number(bytes),
        TextTable.Number(keys), TextTable.Number(revision));

    private static Option<DateTimeOffset?> TimeOption(string name, string description) =>
        new(name) { Description = description, HelpName = "time", CustomParser = ParseTime };

    private static DateTimeOffset? ParseTime(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time.ToUniversalTime();
        }

        argument.AddError($"'{text}' is no time. Write it as 2026-11-24T15:00Z.");
        return null;
    }
}
