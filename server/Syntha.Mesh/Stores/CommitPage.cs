namespace Syntha.Mesh.Stores;

/// <summary>What was committed behind a mark, as far as one page goes.</summary>
/// <param name="Commits">The commands, in their order.</param>
/// <param name="Through">The mark behind them.</param>
/// <param name="HasMore">Whether the log goes on.</param>
public sealed record CommitPage(IReadOnlyList<Commit> Commits, Position Through, bool HasMore);
