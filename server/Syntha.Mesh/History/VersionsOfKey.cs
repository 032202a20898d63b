using Syntha.Mesh.Serving;
using Syntha.Mesh.Stores;
using Syntha.Mesh.Writing;

namespace Syntha.Mesh.History;

/// <summary>The versions of a key that a redaction is about.</summary>
/// <param name="From">The position of the first command. Null: from the oldest row on that the store still has.</param>
/// <param name="Through">The position of the last command. Null: now.</param>
/// <param name="Author">Only versions that this agent wrote. Null: all.</param>
/// <param name="KeepsPresent">Whether the present item is left out.</param>
public sealed record VersionsOfKey(Position? From, Position? Through, AgentName? Author, bool KeepsPresent)
{
    /// <summary>The command that redacts the versions that there are now.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="MeshException">EPOCH_CHANGED, REVISION_IN_FUTURE, STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    public async ValueTask<RedactVersions> FindAsync(UserMesh mesh, ContextKey key, CancellationToken cancellationToken)
    {
        var head = mesh.State.Position;
        foreach (var position in new[] { From, Through })
        {
            if (position is { } asked)
            {
                head.DemandReached(asked);
            }
        }

        var search = new VersionSearch(
            key, new(From?.Revision ?? 0, 0), new(Through?.Revision ?? head.Revision, ChangePlace.MaxIndex), Author,
            RedactVersions.MaxVersions + 1);
        var found = await mesh.History.FindVersionsAsync(head.Epoch, search, cancellationToken);
        var hasMore = found.Length > RedactVersions.MaxVersions;
        Func<ContextItem, bool>? mayMiss = KeepsPresent || Through is not null ? null
            : item => item.Place.Revision > head.Revision && (Author is null || item.Readers.Author == Author);
        return new(key, hasMore ? found[..RedactVersions.MaxVersions] : found, KeepsPresent, hasMore, mayMiss);
    }
}
