using System.Text.Json;

namespace Syntha.Client;

/// <summary>One change, as one view sees it. Immutable.</summary>
/// <param name="Kind">What happened. Ignore <see cref="ChangeKind.Unknown"/>.</param>
/// <param name="Key">The item's key. For <see cref="ChangeKind.AgentChanged"/> the agent's name, for changes of a claim its name.</param>
/// <param name="Item">
/// The item after the change, for <see cref="ChangeKind.Created"/>, <see cref="ChangeKind.Updated"/> and
/// <see cref="ChangeKind.EnteredView"/>. Otherwise <see langword="null"/>. It has no value when only keys were asked for, and when it has
/// expired since.
/// </param>
/// <param name="Agent">What is stored about the agent after the change, for <see cref="ChangeKind.AgentChanged"/>.</param>
/// <param name="Revision">The revision of the command that made the change.</param>
/// <param name="Index">
/// The change's place among the changes of that command, from 0. Places of changes that are not part of the view are left out.
/// </param>
/// <param name="Time">When the command was committed, by the store's clock.</param>
public sealed record ContextChange(
    ChangeKind Kind,
    string Key,
    ContextItem? Item,
    AgentState? Agent,
    long Revision,
    int Index,
    DateTimeOffset Time)
{
    /// <summary>The claim after the change, for changes of claims. Otherwise <see langword="null"/>.</summary>
    public ClaimState? Claim { get; init; }
    /// <summary>
    /// The revision of the version that was redacted, for <see cref="ChangeKind.Redacted"/>. Otherwise <see langword="null"/>.
    /// </summary>
    public long? RedactedRevision { get; init; }

    /// <summary>Whether the key is no longer part of the view: removed, expired, or routed away.</summary>
    public bool IsGone => Kind is ChangeKind.Removed or ChangeKind.Expired or ChangeKind.LeftView;

    internal static ContextChange From(V1.Change wire, JsonSerializerOptions jsonOptions) => new(
        WireKind.From(wire.Kind),
        wire.Key,
        wire.Item is null ? null : new ContextItem(wire.Item, jsonOptions),
        wire.Agent is null ? null : AgentState.From(wire.Agent),
        wire.Revision,
        wire.Index,
        WireTime.ToDateTimeOffset(wire.CommitTime))
    {
        Claim = wire.Claim is null ? null : ClaimState.From(wire.Claim),
        RedactedRevision = wire.Kind == V1.ChangeKind.Redacted ? wire.RedactedRevision : null,
    };
}
