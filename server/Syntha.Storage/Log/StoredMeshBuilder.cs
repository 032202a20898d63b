namespace Syntha.Storage.Log;

/// <summary>Builds a mesh from the rows that hold a subject now: the items, and the items of which the expiry is logged.</summary>
internal sealed class StoredMeshBuilder
{
    private readonly List<ContextItem> items = [];
    private readonly List<ExpiredItem> expired = [];

    /// <exception cref="FormatException">The change does not hold its subject.</exception>
    public void Add(Change change)
    {
        if (change.Item is { } item)
        {
            // A redaction removes an item before it takes its value.
            items.Add(item.IsRedacted ? throw new FormatException("A present item has no value.") : item);
        }
        else if (change is { Kind: ChangeKind.Expired, Before: { } readers })
        {
            expired.Add(new(ContextKey.Trusted(change.Subject), change.Place, readers));
        }
        else
        {
            throw new FormatException($"A change of kind {change.Kind} stands for an item.");
        }
    }

    public StoredMesh ToMesh(
        Position position, long oldestRevision, IReadOnlyList<AgentRecord> agents, IReadOnlyList<ClaimRecord> claims) =>
        new(position, oldestRevision, items, expired, agents) { Claims = claims };
}
