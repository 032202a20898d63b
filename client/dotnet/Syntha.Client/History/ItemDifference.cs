using System.Text.Json;

namespace Syntha.Client;

/// <summary>A key whose item is not the same at two positions. Immutable.</summary>
public sealed class ItemDifference
{
    internal ItemDifference(V1.ItemDifference wire, JsonSerializerOptions jsonOptions)
    {
        Key = wire.Key;
        Kind = WireKind.From(wire.Kind);
        Before = wire.Before is null ? null : new ContextItem(wire.Before, jsonOptions);
        After = wire.After is null ? null : new ContextItem(wire.After, jsonOptions);
    }

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>
    /// <see cref="ChangeKind.Created"/>, <see cref="ChangeKind.Updated"/> or <see cref="ChangeKind.Removed"/>. An item that was written
    /// again differs, even if its value is the same. A key that came into an agent's view counts as created, and one that left it as
    /// removed.
    /// </summary>
    public ChangeKind Kind { get; }

    /// <summary>The item at the first position. <see langword="null"/> when there is none.</summary>
    public ContextItem? Before { get; }

    /// <summary>The item at the second position. <see langword="null"/> when there is none.</summary>
    public ContextItem? After { get; }
}
