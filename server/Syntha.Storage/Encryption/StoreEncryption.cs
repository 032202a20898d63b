using Syntha.Storage.Ground;
using Syntha.Storage.Records;

namespace Syntha.Storage.Encryption;

/// <summary>Work on the encryption of all users' stores, one after the other. Thread-safe; killed at any point, it goes on when it is called again.</summary>
public sealed class StoreEncryption
{
    private const int UsersPerPage = 1_000;

    private readonly IServerRecords records;
    private readonly EncryptionGuard guard;
    private readonly IUserEncryption users;
    private readonly ILogger logger;

    internal StoreEncryption(IServerRecords records, EncryptionGuard guard, IUserEncryption users, ILogger logger) =>
        (this.records, this.guard, this.users, this.logger) = (records, guard, users, logger);

    /// <summary>Encrypts whatever is plain, while no server serves it.</summary>
    /// <exception cref="StorageUnusableException">The key ring is not the one under which some of it is encrypted.</exception>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY.</exception>
    public async Task<StoreCount> EncryptAsync(IProgress<StoreCount> progress, CancellationToken cancellationToken)
    {
        await guard.BeginAsync(cancellationToken);
        var count = await RunAsync(user => users.EncryptAsync(user, cancellationToken), progress, cancellationToken);
        if (count.Failed == 0)
        {
            await guard.CompleteAsync(cancellationToken);
        }

        return count;
    }

    /// <summary>Gives stores new keys while they are served.</summary>
    /// <param name="only">Only this user's; null: all.</param>
    /// <param name="includesData">Whether there is a new data key, under which everything is encrypted anew, or the same one is wrapped anew.</param>
    /// <param name="progress">Told how far it has got.</param>
    /// <param name="cancellationToken">Ends it between two turns.</param>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY.</exception>
    public async Task<StoreCount> RotateAsync(
        UserId? only, bool includesData, IProgress<StoreCount> progress, CancellationToken cancellationToken)
    {
        if (only is { } user)
        {
            await RotateAsync(user, includesData, cancellationToken);
            return new(1, 0, 1);
        }
        var count = await RunAsync(each => RotateAsync(each, includesData, cancellationToken), progress, cancellationToken);
        // While a user's data key is still wrapped under an older key of the ring, so is the mark: a ring that is short of that key is
        // refused at the next start.
        if (count.Failed == 0)
        {
            await guard.CompleteAsync(cancellationToken);
        }

        return count;
    }

    private async Task RotateAsync(UserId user, bool includesData, CancellationToken cancellationToken)
    {
        var isMixed = await users.ChangeKeysAsync(
            user, keys => includesData ? keys.WithNewKey().WrapAnew() : keys.WrapAnew(), cancellationToken);
        if (!includesData || !isMixed)
        {
            return;
        }
        // Whatever is written from here on is under the new key: once through is enough.
        foreach (var part in Enum.GetValues<EncryptedPart>())
        {
            for (long? after = -1; after is { } place;)
            {
                after = await users.RenewRowsAsync(user, part, place, cancellationToken);
            }
        }
        await users.ChangeKeysAsync(user, keys => keys.WithoutOld(), cancellationToken);
        StorageLog.KeysRotated(logger, user);
    }

    private async Task<StoreCount> RunAsync(Func<UserId, Task> work, IProgress<StoreCount> progress, CancellationToken cancellationToken)
    {
        var all = await ListAsync(cancellationToken);
        var (done, failed) = (0L, 0L);
        foreach (var user in all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress.Report(new(done, failed, all.Count));
            try
            {
                await work(user);
                done++;
            }
            catch (MeshException gone) when (gone.Reason == ErrorReason.EpochChanged)
            {
                // Erased meanwhile: nothing is left to be done.
                done++;
            }
            catch (MeshException failure)
            {
                // That user's alone: the others shall not wait for it.
                StorageLog.EncryptionFailed(logger, failure, user);
                failed++;
            }
        }
        return new(done, failed, all.Count);
    }

    private async Task<List<UserId>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<UserId>();
        while (true)
        {
            var page = await records.ListUsersAsync(all.Count == 0 ? null : all[^1].Value, UsersPerPage, cancellationToken);
            all.AddRange(page);
            if (page.Count < UsersPerPage)
            {
                return all;
            }
        }
    }
}
