namespace Syntha.Mesh.Stores;

/// <summary>
/// A new store of a user, being filled beside the one that the user may have. No caller sees it until it is put in its place. If it is
/// disposed before that, or the process is killed, nothing of it stays. For one caller at a time.
/// </summary>
public interface IStagedStore : IAsyncDisposable
{
    /// <exception cref="MeshException">STORE_FULL, STORE_DOWN, STORE_BUSY, STORE_READ_ONLY.</exception>
    Task AddAsync(MeshPart part, CancellationToken cancellationToken);

    /// <summary>
    /// Makes it the user's store, durably and in one step, with a new epoch. The user's former store is erased. To be called once.
    /// </summary>
    /// <param name="revision">The revision of its head. The log begins behind it, so streams cannot resume below it.</param>
    /// <param name="mayReplace">Whether the user may have a store already.</param>
    /// <param name="cancellationToken">Ends the wait for the user's turn to write.</param>
    /// <exception cref="MeshException">USER_EXISTS, CREDENTIALS_INVALID. As <see cref="AddAsync"/>.</exception>
    Task<Position> PlaceAsync(long revision, bool mayReplace, CancellationToken cancellationToken);
}

/// <summary>A part of a mesh, of bounded size. Items stand in the order of their places; each place and each key occurs once.</summary>
public sealed record MeshPart(IReadOnlyList<AgentRecord> Agents, IReadOnlyList<ContextItem> Items);
