namespace Syntha.Mesh.Reading;

/// <summary>A page of items.</summary>
/// <param name="Items">In the byte order of their keys.</param>
/// <param name="NextAfter">The key after which the next page begins; null: there is no next page.</param>
public sealed record ItemPage(IReadOnlyList<ContextItem> Items, string? NextAfter);
