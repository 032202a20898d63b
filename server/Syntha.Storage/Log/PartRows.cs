namespace Syntha.Storage.Log;

/// <summary>
/// What an import brings, as the rows of a log that was trimmed up to its head: each holds its subject, and nothing of how it came about.
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
