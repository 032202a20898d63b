namespace Syntha.Storage.Log;

/// <summary>
/// The items of an import, as the rows of a log that was trimmed up to its head. Each row holds its subject, and no history.
/// </summary>
internal static class PartRows
{
    public static IEnumerable<Change> Of(MeshPart part) => part.Items.Select(item => new Change
    {
        Kind = ChangeKind.Created,
        Place = item.Place,
        Time = item.UpdatedAt,
        Subject = item.Key.Value,
        Actor = item.Readers.Author,
        Item = item,
    });

    public static IEnumerable<long> Places(MeshPart part) => part.Items.Select(item => new StoredPlace(item.Place).Value);
}
