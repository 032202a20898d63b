namespace Syntha.Page.Parts;

/// <summary>What decides who reads an item.</summary>
/// <param name="Topics">Its topics.</param>
/// <param name="Subscribers">The agents that it names.</param>
/// <param name="Author">The agent that wrote it. Null: the owner did.</param>
/// <param name="Expires">When it expires. Null: never.</param>
public sealed record ItemRouting(
    IReadOnlyList<string> Topics, IReadOnlyList<string> Subscribers, string? Author, DateTimeOffset? Expires)
{
    /// <summary>Whether every agent reads it.</summary>
    public bool IsGlobal => Topics.Count == 0 && Subscribers.Count == 0;

    public static ItemRouting Of(Item item) =>
        new(item.Topics, item.Subscribers, item.HasAuthor ? item.Author : null, item.ExpireTime?.ToDateTimeOffset());
}
