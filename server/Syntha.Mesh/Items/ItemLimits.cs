namespace Syntha.Mesh.Items;

/// <summary>How large an item may be. The limits hold for every user, for pushes and imports alike.</summary>
public static class ItemLimits
{
    /// <summary>
    /// Of a value as JSON text: 1.25 MiB. A text of 1 MiB fits in it, with its quotes, some escapes and the object around it.
    /// </summary>
    public const int MaxValueBytes = 1280 * 1024;

    public const int MaxMetadataBytes = 64 * 1024;
    public const int MaxTopics = 1_000;
    public const int MaxSubscribers = 10_000;
}
