using Syntha.Mesh.Moving;
using Syntha.Mesh.Stores;

namespace Syntha.Mesh.Serving;

/// <content>
/// Stores that end or become others. A mesh in memory whose store is another one can do no harm, because each turn to write compares the
/// epochs; here it is taken out of service as well, so that nobody on this node reads what is no more.
/// </content>
public sealed partial class MeshRegistry
{
    /// <summary>
    /// Erases a user. Commands under way are refused, streams end; whoever comes afterwards begins a new mesh. False: the user has no store.
    /// </summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_READ_ONLY.</exception>
    public async Task<bool> EraseAsync(UserId user, CancellationToken cancellationToken)
    {
        const string Why = "The user was erased; what was under way is not kept.";
        // First, so that nothing more is written for a user who is about to be gone. If the erase fails, the mesh is merely loaded anew.
        Retire(user, Why);
        var existed = await stores.DeleteAsync(user, cancellationToken);
        await RetireLoadedAsync(user, Why);
        return existed;
    }

    /// <summary>Makes a user's store from an export: as a whole, and visible to nobody before it is whole.</summary>
    /// <param name="user">The user.</param>
    /// <param name="pieces">The export's bytes.</param>
    /// <param name="mayReplace">Whether the user may have a store already, which is erased then.</param>
    /// <param name="allowsOtherUser">Whether the export may be another user's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="MeshException">EXPORT_INVALID, USER_EXISTS, QUOTA_…, STORE_FULL, STORE_READ_ONLY, STORE_BUSY, STORE_DOWN.</exception>
    public async Task<(MeshImport Import, Position Position)> ImportAsync(
        UserId user, IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, bool mayReplace, bool allowsOtherUser, CancellationToken cancellationToken)
    {
        // Told before anything is sent; decided when it is put in place.
        if (!mayReplace && await stores.FindAsync(user, cancellationToken) is not null)
        {
            throw MeshImport.UserExists();
        }

        var import = new MeshImport(user, allowsOtherUser, quotas.Of(user), stores.Clock.GetUtcNow());
        await using var staged = await stores.StageAsync(user, cancellationToken);
        await foreach (var part in import.ReadAsync(pieces, cancellationToken))
        {
            await staged.AddAsync(part, cancellationToken);
        }

        var position = await staged.PlaceAsync(import.Revision, mayReplace, cancellationToken);
        await RetireLoadedAsync(user, "The user's store was replaced by an import; what was under way is not kept.");
        return (import, position);
    }

    /// <summary>
    /// Gives all users new epochs, as after a restore from a backup: positions from the time after the backup are refused from now on, and
    /// not mistaken for others. Streams of this node end at once, those of others when their nodes hear of it.
    /// </summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_READ_ONLY.</exception>
    public async Task<StoreCount> MarkRestoredAsync(IProgress<StoreCount> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await stores.RenewEpochsAsync(progress, cancellationToken);
        }
        finally
        {
            foreach (var user in entries.Keys.Concat(loads.Keys).Distinct().ToList())
            {
                await RetireLoadedAsync(user, "The user's store has a new epoch since a restore; begin with a snapshot.");
            }
        }
    }

    // Whatever was loaded up to now. A load under way may have read what was there before.
    private async Task RetireLoadedAsync(UserId user, string why)
    {
        if (loads.TryGetValue(user, out var load))
        {
            await ((Task)load.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Retire(user, why);
    }

    private void Retire(UserId user, string why)
    {
        if (!entries.TryGetValue(user, out var entry))
        {
            return;
        }

        entry.Mesh.Retire(new(ErrorReason.EpochChanged, why));
        Forget(entry);
    }
}
