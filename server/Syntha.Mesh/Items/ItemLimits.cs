namespace Syntha.Mesh.Items;

/// <summary>How large an item may be. The limits hold for every user, for pushes and imports alike.</summary>
public static class ItemLimits
{
    public const int MaxValueBytes = 1024 * 1024;
    public const int MaxMetadataBytes = 64 * 1024;
    public const int MaxTopics = 1_000;
    public const int MaxSubscribers = 10_000;
}
