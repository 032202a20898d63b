namespace Syntha.Page.Items;

/// <summary>A page of keys, in their order.</summary>
/// <param name="Keys">The keys.</param>
/// <param name="Next">The token of the next page. Empty: this is the last one.</param>
/// <param name="Position">When it was read.</param>
internal sealed record KeyPage(IReadOnlyList<string> Keys, string Next, Position Position);
