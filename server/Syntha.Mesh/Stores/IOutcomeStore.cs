using Syntha.Mesh.Outcomes;

namespace Syntha.Mesh.Stores;

/// <summary>
/// One user's outcomes. They lie beside the mesh: they have no revision, no stream delivers them, and writing one neither waits for the
/// mesh's head nor moves it. Only the newest are kept. Thread-safe.
/// </summary>
public interface IOutcomeStore
{
    /// <summary>How many outcomes of a user are kept.</summary>
    const int MaxKept = 10_000;

    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    ValueTask<LoggedOutcome> LogAsync(AgentName agent, OutcomeReport report, RequestIdentity? request, CancellationToken cancellationToken);

    /// <summary>The newest first.</summary>
    /// <param name="filter">Selects outcomes.</param>
    /// <param name="before">Only outcomes with a smaller number. Null: from the newest on.</param>
    /// <param name="maxCount">The most outcomes to return.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    ValueTask<IReadOnlyList<Outcome>> ListAsync(OutcomeFilter filter, long? before, int maxCount, CancellationToken cancellationToken);

    /// <summary>In no particular order.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    ValueTask<IReadOnlyList<OutcomeTally>> CountAsync(OutcomeFilter filter, CancellationToken cancellationToken);

    /// <param name="filter">Which outcomes to remove.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    ValueTask<long> ClearAsync(OutcomeFilter filter, CancellationToken cancellationToken);
}
