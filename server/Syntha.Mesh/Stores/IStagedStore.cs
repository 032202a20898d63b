namespace Syntha.Mesh.Stores;

/// <summary>
/// A user's store that is being filled, beside whatever the user has, and that nobody sees until it is put in its place. Disposed, or left
/// by a process that was killed, without that, nothing of it stays. For one caller at a time.
/// </summary>
public interface IStagedStore : IAsyncDisposable
{
    /// <exception cref="MeshException">STORE_FULL, STORE_DOWN, STORE_BUSY, STORE_READ_ONLY.</exception>
    Task AddAsync(MeshPart part, CancellationToken cancellationToken);

    /// <summary>Makes it the user's store, durably and in one step, with an epoch of its own. What the user had is erased. Once.</summary>
    /// <param name="revision">Of its head. The log begins behind it: positions below cannot be resumed at.</param>
    /// <param name="mayReplace">Whether the user may have a store already.</param>
    /// <param name="cancellationToken">Ends the wait for the user's turn to write.</param>
    /// <exception cref="MeshException">USER_EXISTS. As <see cref="AddAsync"/>.</exception>
    Task<Position> PlaceAsync(long revision, bool mayReplace, CancellationToken cancellationToken);
}

/// <summary>Some of what a mesh holds, of bounded size. Items in the order of their places, each place and each key once.</summary>
public sealed record MeshPart(IReadOnlyList<AgentRecord> Agents, IReadOnlyList<ContextItem> Items);
