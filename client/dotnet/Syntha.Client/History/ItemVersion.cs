using System.Text.Json;

namespace Syntha.Client;

/// <summary>One change of a key, as its reader's stream would have told it. Immutable.</summary>
public sealed class ItemVersion
{
    internal ItemVersion(V1.ItemVersion wire, JsonSerializerOptions jsonOptions)
    {
        Position = Position.From(wire.Position);
        Index = wire.Index;
        Time = WireTime.ToDateTimeOffset(wire.CommitTime);
        Kind = WireKind.From(wire.Kind);
        Author = wire.HasAuthor ? wire.Author : null;
        Item = wire.Item is null ? null : new ContextItem(wire.Item, jsonOptions);
        IsRedacted = wire.Redacted;
        RedactedRevision = wire.Kind == V1.ChangeKind.Redacted ? wire.RedactedRevision : null;
    }

    /// <summary>The position of the command that made the change. <see cref="ContextMesh.AsOf(Position)"/> takes it.</summary>
    public Position Position { get; }

    /// <summary>The change's place among the changes of that command, from 0.</summary>
    public int Index { get; }

    /// <summary>When the command was committed, by the store's clock.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>What happened.</summary>
    public ChangeKind Kind { get; }

    /// <summary>
    /// The agent that made the change. <see langword="null"/> when the owner or the server made it, and when the item left the reader's
    /// view.
    /// </summary>
    public string? Author { get; }

    /// <summary>
    /// The item as it was written, also when it has expired since. <see langword="null"/> for a removal, an expiry, and an item that left
    /// the reader's view.
    /// </summary>
    public ContextItem? Item { get; }

    /// <summary>Whether the value was redacted since. The item then has neither its value nor its metadata.</summary>
    public bool IsRedacted { get; }

    /// <summary>
    /// The revision of the version that was redacted, for <see cref="ChangeKind.Redacted"/>. Otherwise <see langword="null"/>.
    /// </summary>
    public long? RedactedRevision { get; }
}
