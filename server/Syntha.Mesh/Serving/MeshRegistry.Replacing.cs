using Syntha.Mesh.Moving;
using Syntha.Mesh.Stores;

namespace Syntha.Mesh.Serving;

/// <content>
/// Erases, imports and renews stores. A mesh of a former store can do no harm, because each turn to write compares the epochs. Here it is
/// taken out of service as well, so that no caller of this node reads what is gone.
/// </content>
public sealed partial class MeshRegistry
{
    /// <summary>
    /// Erases a user. Commands under way are refused and streams end. The next call begins a new mesh. False: the user has no store.
    /// </summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_READ_ONLY.</exception>
    public async Task<bool> EraseAsync(UserId user, CancellationToken cancellationToken)
    {
        const string Why = "The user was erased. Commands under way were not carried out.";
        // First, so that nothing more is written for the user. If the erase fails, the mesh is loaded again.
        Retire(user, Why);
        var existed = await stores.DeleteAsync(user, cancellationToken);
        await RetireLoadedAsync(user, Why);
        return existed;
    }

    /// <summary>Makes a user's store from an export, in one step. No caller sees a part of it.</summary>
    /// <param name="user">The user.</param>
    /// <param name="pieces">The export's bytes.</param>
    /// <param name="mayReplace">Whether the user may have a store already. It is erased then.</param>
    /// <param name="allowsOtherUser">Whether it may be the export of another user.</param>
    /// <param name="right">The operator's right, which must still hold when the store takes its place.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="MeshException">
    /// EXPORT_INVALID, USER_EXISTS, CREDENTIALS_INVALID, QUOTA_…, STORE_FULL, STORE_READ_ONLY, STORE_BUSY, STORE_DOWN.
    /// </exception>
    public async Task<(MeshImport Import, Position Position)> ImportAsync(
        UserId user,
        IAsyncEnumerable<ReadOnlyMemory<byte>> pieces,
        bool mayReplace,
        bool allowsOtherUser,
        StoreRight right,
        CancellationToken cancellationToken)
    {
        // An early refusal, before anything is sent. The store decides when the new store is put in place.
        if (!mayReplace && await stores.FindAsync(user, cancellationToken) is not null)
        {
            throw MeshImport.UserExists();
        }

        var import = new MeshImport(user, allowsOtherUser, quotas.Of(user), stores.Clock.GetUtcNow());
        await using var staged = await stores.StageAsync(user, right, cancellationToken);
        await foreach (var part in import.ReadAsync(pieces, cancellationToken))
        {
            await staged.AddAsync(part, cancellationToken);
        }

        var position = await staged.PlaceAsync(import.Revision, mayReplace, cancellationToken);
        await RetireLoadedAsync(user, "The user's store was replaced by an import. Commands under way were not carried out.");
        return (import, position);
    }

    /// <summary>
    /// Gives all users new epochs, as is needed after a restore from a backup. Positions from the time after the backup are refused from
    /// now on, so that they are not confused with later ones. Streams of this node end at once, those of other nodes when their nodes hear
    /// of it.
    /// </summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_READ_ONLY.</exception>
    public async Task<StoreCount> RenewEpochsAsync(IProgress<StoreCount> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await stores.RenewEpochsAsync(progress, cancellationToken);
        }
        finally
        {
            foreach (var user in entries.Keys.Concat(loads.Keys).Distinct().ToList())
            {
                await RetireLoadedAsync(user, "The user's store has a new epoch after a restore; begin with a snapshot.");
            }
        }
    }

    // Also what is being loaded: a load under way may have read the former store.
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
