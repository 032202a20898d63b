namespace Syntha.Server.Tests.Streams.Recording;

/// <summary>An item's audience as a row of the log has it, with a second statement of the rule of who reads an item.</summary>
internal sealed record Routing(string? Author, string[] Topics, string[] Subscribers)
{
    public bool Admits(string agent, IReadOnlySet<string> subscriptions) =>
        (Topics.Length == 0 && Subscribers.Length == 0)
            || Author == agent
            || Subscribers.Contains(agent)
            || Topics.Any(subscriptions.Contains);
}
