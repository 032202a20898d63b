using Syntha.Storage.Ground;
using Syntha.Storage.Records;

namespace Syntha.Storage.Encryption;

/// <summary>
/// Encryption keeps users' stores encrypted: keys, ciphers, and work on all stores; it uses Ground and Records. This type works on all
/// stores, one after the other. Thread-safe. If it is killed at any point, the next call goes on.
/// </summary>
public sealed class StoreEncryption
{
    private const int UsersPerPage = 1_000;

    private readonly IServerRecords records;
    private readonly EncryptionGuard guard;
    private readonly IUserEncryption users;
    private readonly ILogger logger;

    internal StoreEncryption(IServerRecords records, EncryptionGuard guard, IUserEncryption users, ILogger logger) =>
        (this.records, this.guard, this.users, this.logger) = (records, guard, users, logger);

    /// <summary>Encrypts all plain stores, while no server serves them.</summary>
    /// <exception cref="StorageUnusableException">The key ring is not the one under which some stores are encrypted.</exception>
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
    /// <param name="only">Only this user's store. Null: all stores.</param>
    /// <param name="includesData">
    /// True: a new data key, and everything is encrypted again under it. False: the same data key, encrypted under today's master key.
    /// </param>
    /// <param name="progress">Gets the numbers as it goes on.</param>
    /// <param name="cancellationToken">Ends it between two transactions.</param>
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
        // While a user's data key is still encrypted under an older key of the ring, the mark stays under that key too. So the next start
        // refuses a ring that lacks the older key.
        if (count.Failed == 0)
        {
            await guard.CompleteAsync(cancellationToken);
        }

        return count;
    }

    private async Task RotateAsync(UserId user, bool includesData, CancellationToken cancellationToken)
    {
        var keys = await users.ChangeKeysAsync(
            user, present => includesData ? present.WithNewKey().WrapAnew() : present.WrapAnew(), cancellationToken);
        if (!includesData || !keys.AreRotating)
        {
            return;
        }
        // Everything that is written from here on is encrypted under the new key, so one pass is enough. This pass knows nothing of keys
        // that another rotation makes meanwhile, so it drops only the keys before its own.
        foreach (var part in Enum.GetValues<EncryptedPart>())
        {
            for (long? after = -1; after is { } place;)
            {
                after = await users.RenewRowsAsync(user, part, place, cancellationToken);
            }
        }
        await users.ChangeKeysAsync(user, present => present.WithoutOlderThan(keys.Newest), cancellationToken);
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
                // The user was erased meanwhile. Nothing is left to do.
                done++;
            }
            catch (MeshException failure)
            {
                // The fault is that user's alone, and the others do not wait for it.
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
