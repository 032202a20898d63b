namespace Syntha.Storage.Log;

/// <summary>Gathers the rows that hold a subject now: the items, and those of them whose expiry is logged.</summary>
internal sealed class Present
{
    private readonly List<ContextItem> items = [];
    private readonly List<ExpiredItem> expired = [];

    /// <exception cref="FormatException">The change holds no subject.</exception>
    public void Add(Change change)
    {
        if (change.Item is { } item)
        {
            items.Add(item);
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

    public StoredMesh ToMesh(Position position, long oldestRevision, IReadOnlyList<AgentRecord> agents) =>
        new(position, oldestRevision, items, expired, agents);
}
