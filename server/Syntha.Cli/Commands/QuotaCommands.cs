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
            new("--items", "Items", "max_items", (quota, number) => quota.MaxItems = number),
            new("--bytes", "Bytes of all items", "max_bytes", (quota, number) => quota.MaxBytes = number),
            new("--agents", "Agents with stored topics, permissions or access", "max_agents", (quota, number) => quota.MaxAgents = number),
            new("--topics", "Topics", "max_topics", (quota, number) => quota.MaxTopics = number),
            new("--streams", "Live streams on one node", "max_streams", (quota, number) => quota.MaxStreams = number),
            new("--value-bytes", "Bytes of one value", "max_value_bytes", (quota, number) => quota.MaxValueBytes = number),
            new("--calls-per-second", "Calls a second on one node", "calls_per_second", (quota, number) => quota.CallsPerSecond = number),
        ];
        var command = new Command(
            "set", $"Change a user's quotas. A quota that is not named stays as it is. The word {Default} brings the server's setting back")
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
            var request = new UpdateQuotaRequest { UserId = parsed.GetValue(user)!, Quota = new(), UpdateMask = new() };
            foreach (var limit in limits)
            {
                limit.AddTo(request, parsed.GetValue(limit.Option));
            }

            var answer = await admin.UpdateQuotaAsync(request, cancellationToken: cancellationToken);
            await output.WriteLineAsync($"From now on: {answer.Effective}");
        });
        return command;
    }

    /// <summary>One quota, with the option that sets it.</summary>
    /// <param name="name">The option.</param>
    /// <param name="description">What it limits.</param>
    /// <param name="field">The field of the message.</param>
    /// <param name="set">Sets the field.</param>
    private sealed class QuotaLimit(string name, string description, string field, Action<Quota, long> set)
    {
        public Option<string?> Option { get; } = CreateOption(name, description);

        /// <param name="request">The request. A field that the mask names and the quota lacks goes back to the server's setting.</param>
        /// <param name="text">The option's value. Null: no change.</param>
        public void AddTo(UpdateQuotaRequest request, string? text)
        {
            if (text is null)
            {
                return;
            }

            request.UpdateMask.Paths.Add(field);
            if (text != Default)
            {
                set(request.Quota, long.Parse(text, CultureInfo.InvariantCulture));
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
