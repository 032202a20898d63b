using Syntha.Mesh.Outcomes;

namespace Syntha.Mesh.Stores;

/// <summary>
/// One user's outcomes. They lie beside the mesh: they have no revision, no stream delivers them, and writing one neither waits for the
/// mesh's head nor moves it. Only the newest are kept. Thread-safe.
/// </summary>
public interface IOutcomeStore
{
    /// <summary>
    /// The most outcomes that a user has. When there are more, or they hold too many bytes, a thirty-second is dropped at once. The agent
    /// with the largest share loses its oldest ones, so that no agent pushes out another one's beyond an equal share.
    /// </summary>
    const int MaxKept = 10_000;

    /// <summary>The part of <see cref="MaxKept"/>, and of the bytes, that is dropped at once.</summary>
    const int DroppedPart = 32;

    /// <param name="agent">The agent that did the task.</param>
    /// <param name="report">How the task went.</param>
    /// <param name="request">The request id and hash. Null: the caller gave none.</param>
    /// <param name="maxBytes">About the bytes that all outcomes of the user may have. The newest one is kept in any case.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    ValueTask<LoggedOutcome> LogAsync(
        AgentName agent, OutcomeReport report, RequestIdentity? request, long maxBytes, CancellationToken cancellationToken);

    /// <summary>The newest first.</summary>
    /// <param name="filter">Selects outcomes.</param>
    /// <param name="before">Only outcomes with a smaller number. Null: from the newest on.</param>
    /// <param name="maxCount">The most outcomes to return.</param>
    /// <param name="maxBytes">The page ends with the outcome that reaches so many bytes in the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    ValueTask<OutcomePage> ListAsync(
        OutcomeFilter filter, long? before, int maxCount, long maxBytes, CancellationToken cancellationToken);

    /// <summary>In no particular order.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    ValueTask<IReadOnlyList<OutcomeTally>> CountAsync(OutcomeFilter filter, CancellationToken cancellationToken);

    /// <param name="filter">Which outcomes to remove.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    ValueTask<long> ClearAsync(OutcomeFilter filter, CancellationToken cancellationToken);
}
