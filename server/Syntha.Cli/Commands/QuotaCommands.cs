using System.CommandLine;
using System.Globalization;
using Syntha.Cli.Connections;
using Syntha.V1;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha quotas</c>.</summary>
internal static class QuotaCommands
{
    private const string Default = "default";

    public static Command Build(ConnectionOptionSet connection) => new("quotas", "Set how much a user may hold and do") { Set(connection) };

    private static Command Set(ConnectionOptionSet connection)
    {
        var user = new Argument<string>("user") { Description = "The user's id" };
        QuotaLimit[] limits =
        [
            new("--items", "Items", (quota, number) => quota.MaxItems = number, quota => quota.ClearMaxItems()),
            new("--bytes", "Bytes of all items", (quota, number) => quota.MaxBytes = number, quota => quota.ClearMaxBytes()),
            new("--agents", "Agents with stored topics, permissions or access", (quota, number) => quota.MaxAgents = number,
                quota => quota.ClearMaxAgents()),
            new("--topics", "Topics", (quota, number) => quota.MaxTopics = number, quota => quota.ClearMaxTopics()),
            new("--streams", "Live streams on one node", (quota, number) => quota.MaxStreams = number, quota => quota.ClearMaxStreams()),
            new("--value-bytes", "Bytes of one value", (quota, number) => quota.MaxValueBytes = number, quota => quota.ClearMaxValueBytes()),
            new("--calls-per-second", "Calls a second on one node", (quota, number) => quota.CallsPerSecond = number,
                quota => quota.ClearCallsPerSecond()),
        ];
        var command = new Command(
            "set", $"Change a user's quotas. A quota that is not named stays as it is. The word {Default} takes the server's setting again")
        {
            user,
        };
        foreach (var limit in limits)
        {
            command.Add(limit.Option);
        }

        command.Validators.Add(result =>
        {
            if (!limits.Any(limit => result.GetValue(limit.Option) is not null))
            {
                result.AddError("No quota is named. Write at least one, such as --items 5000.");
            }
        });
        connection.Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            var userId = parsed.GetValue(user)!;
            var quota = (await admin.GetQuotaAsync(new() { UserId = userId }, cancellationToken: cancellationToken)).Quota ?? new();
            foreach (var limit in limits)
            {
                limit.Change(quota, parsed.GetValue(limit.Option));
            }

            var answer = await admin.SetQuotaAsync(new() { UserId = userId, Quota = quota }, cancellationToken: cancellationToken);
            await output.WriteLineAsync($"From now on: {answer.Effective}");
        });
        return command;
    }

    /// <summary>One quota, with the option that sets it.</summary>
    private sealed class QuotaLimit(string name, string description, Action<Quota, long> set, Action<Quota> clear)
    {
        public Option<string?> Option { get; } = CreateOption(name, description);

        /// <param name="quota">The quota to change.</param>
        /// <param name="text">The option's value. Null: no change.</param>
        public void Change(Quota quota, string? text)
        {
            if (text == Default)
            {
                clear(quota);
            }
            else if (text is not null)
            {
                set(quota, long.Parse(text, CultureInfo.InvariantCulture));
            }
        }

        private static Option<string?> CreateOption(string name, string description)
        {
            var option = new Option<string?>(name) { Description = description, HelpName = $"number|{Default}" };
            option.Validators.Add(result =>
            {
                if (result.Tokens.SingleOrDefault()?.Value is { } text && text != Default
                    && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                {
                    result.AddError($"'{text}' is no value of {name}. Write a number from 0, or the word {Default}.");
                }
            });
            return option;
        }
    }
}
