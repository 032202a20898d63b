namespace Syntha.Mesh.Items;

/// <summary>What remains of an item between its logged expiry and its purge: enough to count it, for those who could read it.</summary>
/// <param name="Key">The key, which is free for a new item.</param>
/// <param name="Place">Where in the log the expiry stands.</param>
/// <param name="Readers">Who could read the item.</param>
public sealed record ExpiredItem(ContextKey Key, ChangePlace Place, Readers Readers);
