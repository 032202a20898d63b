namespace Syntha.Page.Items;

/// <summary>What a change did to a list of keys.</summary>
/// <param name="Key">The key.</param>
/// <param name="Revision">The revision that did it.</param>
/// <param name="IsThere">Whether the key is in the list now.</param>
/// <param name="Step">By how many keys the list grew.</param>
/// <param name="IsUnsure">Whether a list that was read before may have left the key out already.</param>
internal sealed record KeyChange(string Key, long Revision, bool IsThere, int Step, bool IsUnsure)
{
    public static KeyChange Of(Change change) => change.Kind switch
    {
        ChangeKind.Created or ChangeKind.EnteredView => new(change.Key, change.Revision, IsThere: true, 1, IsUnsure: false),
        ChangeKind.Updated => new(change.Key, change.Revision, IsThere: true, 0, IsUnsure: false),
        ChangeKind.Removed or ChangeKind.LeftView => new(change.Key, change.Revision, IsThere: false, -1, IsUnsure: false),
        ChangeKind.Expired => new(change.Key, change.Revision, IsThere: false, -1, IsUnsure: true),
        _ => new(change.Key, change.Revision, change.Item is not null, 0, IsUnsure: true),
    };
}
