namespace Syntha.Mesh.Stores;

/// <summary>How far work on all users' stores has got.</summary>
/// <param name="Done">Stores on which it is done.</param>
/// <param name="Failed">Stores on which it could not be done; the log says why.</param>
/// <param name="Total">How many there are.</param>
public readonly record struct StoreCount(long Done, long Failed, long Total);
