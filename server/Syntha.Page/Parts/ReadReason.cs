namespace Syntha.Page.Parts;

/// <summary>Why an agent reads an item.</summary>
/// <param name="Kind">The part of the rule.</param>
/// <param name="Topic">The topic, where the reason is one.</param>
public sealed record ReadReason(ReadReasonKind Kind, string? Topic = null);

/// <summary>The parts of the rule of reading.</summary>
public enum ReadReasonKind
{
    /// <summary>The item has no topics and no subscribers.</summary>
    Global,

    /// <summary>The agent wrote it.</summary>
    Author,

    /// <summary>The item names the agent.</summary>
    Named,

    /// <summary>The agent is subscribed to one of its topics.</summary>
    Subscribed,
}
