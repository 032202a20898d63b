using System.CommandLine;
using Syntha.Cli.Connections;
using Syntha.V1;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha quotas</c>.</summary>
internal static class QuotaCommands
{
    public static Command Build(ConnectionOptionSet connection)
    {
        var user = new Argument<string>("user") { Description = "The user's id" };
        var (items, bytes, agents) = (Number("--items"), Number("--bytes"), Number("--agents"));
        var (topics, streams, valueBytes, calls) = (Number("--topics"), Number("--streams"), Number("--value-bytes"), Number("--calls-per-second"));
        var command = new Command("set", "Set what a user may hold and do; what is left out is as for everybody")
        {
            user, items, bytes, agents, topics, streams, valueBytes, calls,
        };
        connection.Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            var quota = new Quota();
            if (parsed.GetValue(items) is { } maxItems)
            {
                quota.MaxItems = maxItems;
            }

            if (parsed.GetValue(bytes) is { } maxBytes)
            {
                quota.MaxBytes = maxBytes;
            }

            if (parsed.GetValue(agents) is { } maxAgents)
            {
                quota.MaxAgents = maxAgents;
            }

            if (parsed.GetValue(topics) is { } maxTopics)
            {
                quota.MaxTopics = maxTopics;
            }

            if (parsed.GetValue(streams) is { } maxStreams)
            {
                quota.MaxStreams = maxStreams;
            }

            if (parsed.GetValue(valueBytes) is { } maxValueBytes)
            {
                quota.MaxValueBytes = maxValueBytes;
            }

            if (parsed.GetValue(calls) is { } callsPerSecond)
            {
                quota.CallsPerSecond = callsPerSecond;
            }

            var answer = await admin.SetQuotaAsync(new() { UserId = parsed.GetValue(user)!, Quota = quota }, cancellationToken: cancellationToken);
            await output.WriteLineAsync($"From now on: {answer.Effective}");
        });
        return new("quotas", "What users may hold and do") { command };
    }

    private static Option<long?> Number(string name) => new(name);
}
