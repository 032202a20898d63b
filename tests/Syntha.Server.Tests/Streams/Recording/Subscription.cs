using System.Text.RegularExpressions;

namespace Syntha.Server.Tests.Streams.Recording;

/// <summary>A subscriber's request, with a second statement of the rule of what belongs to its view.</summary>
internal sealed record Subscription
{
    /// <summary>Null: the owner.</summary>
    public string? Agent { get; init; }

    /// <summary>Whether the agent subscribes by ToolHandler.SubscribeToTopics, which registers the topics.</summary>
    public bool IsRegistering { get; init; }

    public string[] Topics { get; init; } = [];

    public string Prefix { get; init; } = "";

    /// <summary>A pattern with <c>*</c> and <c>?</c> only.</summary>
    public string? Glob { get; init; }

    public ChangeKind[] Kinds { get; init; } = [];

    public bool IsKeysOnly { get; init; }

    public bool IncludesAgents { get; init; }

    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether an item belongs to the view of a subscriber with these subscriptions.</summary>
    public bool Holds(string key, Routing routing, IReadOnlySet<string> subscriptions) =>
        (Agent is null || routing.Admits(Agent, subscriptions)) &&
        (Topics.Length == 0 || routing.Topics.Any(Topics.Contains)) &&
        key.StartsWith(Prefix, StringComparison.Ordinal) &&
        (Glob is null || Regex.IsMatch(key, Pattern(Glob), RegexOptions.Singleline));

    /// <summary>What the row means to that view; null: nothing is delivered.</summary>
    public ChangeKind? See(LogRow row, IReadOnlySet<string> subscriptions)
    {
        var (before, now) = (Holds(row.Subject, row.Before, subscriptions), Holds(row.Subject, row.Now, subscriptions));
        ChangeKind? kind = row.Kind switch
        {
            1 => now ? ChangeKind.Created : null,
            2 => before ? now ? ChangeKind.Updated : ChangeKind.LeftView : now ? ChangeKind.EnteredView : null,
            3 => before ? ChangeKind.Removed : null,
            4 => before ? ChangeKind.Expired : null,
            6 => IncludesAgents ? ChangeKind.AgentChanged : null,
            _ => null,
        };
        return kind is { } seen && (Kinds.Length == 0 || Kinds.Contains(seen)) ? seen : null;
    }

    private static string Pattern(string glob) =>
        $"^{Regex.Escape(glob).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}$";
}
