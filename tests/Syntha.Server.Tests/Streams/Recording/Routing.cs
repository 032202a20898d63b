namespace Syntha.Server.Tests.Streams.Recording;

/// <summary>Who an item is for, as a row of the log has it, with the rule of who reads what written down a second time.</summary>
internal sealed record Routing(string? Author, string[] Topics, string[] Subscribers)
{
    public bool Admits(string agent, IReadOnlySet<string> subscriptions) =>
        (Topics.Length == 0 && Subscribers.Length == 0) || Author == agent || Subscribers.Contains(agent) || Topics.Any(subscriptions.Contains);
}
