namespace Syntha.Page.Parts;

/// <summary>
/// The rule of reading, as the contract states it at ContextMesh: an agent may read an item that has not expired when the item is global
/// (no topics and no subscribers), or the agent is its author, or one of its subscribers, or is subscribed now to one of its topics.
/// </summary>
/// <param name="subscriptions">Which agent is subscribed to which topic now.</param>
internal sealed class Readers(Subscriptions subscriptions)
{
    /// <summary>All reasons why an agent reads an item. Empty: it does not read it.</summary>
    public IReadOnlyList<ReadReason> Why(string agent, ItemRouting item, DateTimeOffset now)
    {
        if (item.Expires <= now)
        {
            return [];
        }

        var reasons = new List<ReadReason>();
        if (item.IsGlobal)
        {
            reasons.Add(new(ReadReasonKind.Global));
        }

        if (item.Author == agent)
        {
            reasons.Add(new(ReadReasonKind.Author));
        }

        if (item.Subscribers.Contains(agent))
        {
            reasons.Add(new(ReadReasonKind.Named));
        }

        reasons.AddRange(item.Topics.Where(topic => subscriptions.IsSubscribed(agent, topic))
            .Select(topic => new ReadReason(ReadReasonKind.Subscribed, topic)));
        return reasons;
    }

    /// <summary>
    /// The agents that an item's routing names, its author first. A global item is read by every agent, so that it names none but its
    /// author.
    /// </summary>
    public IEnumerable<string> Of(ItemRouting item, DateTimeOffset now) => item.Expires <= now
        ? []
        : (item.Author is { } author ? new[] { author } : [])
            .Concat(item.Subscribers)
            .Concat(item.Topics.SelectMany(subscriptions.SubscribersOf))
            .Distinct();
}
