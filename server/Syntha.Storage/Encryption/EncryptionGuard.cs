using System.Buffers.Text;
using System.Security.Cryptography;
using Syntha.Storage.Ground;
using Syntha.Storage.Records;

namespace Syntha.Storage.Encryption;

/// <summary>
/// Sees that data and settings agree about encryption before anything is served: what is encrypted is never read without its key ring, nor
/// anything written in plain beside it.
/// </summary>
/// <param name="records">Where it is marked whether users' stores are encrypted.</param>
/// <param name="master">Null: encryption is off.</param>
public sealed class EncryptionGuard(IServerRecords records, MasterKey? master)
{
    private const string Purpose = "check";

    /// <summary>The first start with encryption on, over no stores, marks them as encrypted.</summary>
    /// <exception cref="StorageUnusableException">They do not agree; says why and what to do.</exception>
    public async Task DemandAsync(CancellationToken cancellationToken)
    {
        var mark = await records.ReadMarkAsync(cancellationToken);
        if (master is null)
        {
            if (mark is not null)
            {
                throw new StorageUnusableException("The data is encrypted, but encryption is off: set Encryption:KeyRingPath to the folder of its key ring.");
            }

            return;
        }
        if (mark is null && await HasUsersAsync(cancellationToken))
        {
            throw new StorageUnusableException("Encryption is on, but the data is not encrypted: run `syntha encrypt` with the same settings first.");
        }

        mark = await MarkAsync(mark, cancellationToken);
        if (mark.IsComplete)
        {
            return;
        }
        // Not before the mark is seen by nodes without a ring does it hold that there are none. Another node may have been quicker, and
        // have users by now.
        if (await HasUsersAsync(cancellationToken) &&
            await records.ReadMarkAsync(cancellationToken) is not { IsComplete: true })
        {
            throw new StorageUnusableException("The data is not encrypted to its end: run `syntha encrypt` with the same settings again.");
        }

        await CompleteAsync(cancellationToken);
    }

    /// <summary>Whether this server has no key ring and the data was encrypted since it started.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY.</exception>
    public async Task<bool> IsOvertakenAsync(CancellationToken cancellationToken) =>
        master is null && await records.ReadMarkAsync(cancellationToken) is not null;

    /// <summary>Marks that stores are about to be encrypted: from then on no server starts on them before that is complete.</summary>
    /// <exception cref="StorageUnusableException">Encryption is off, or the key ring is another one.</exception>
    internal async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (master is null)
        {
            throw new StorageUnusableException("There is no key ring to encrypt with: set Encryption:KeyRingPath to a folder that is not in the data folder.");
        }

        var mark = await records.ReadMarkAsync(cancellationToken);
        await MarkAsync(mark, cancellationToken);
    }

    /// <summary>Writes the mark anew: under the master key of today.</summary>
    internal async Task CompleteAsync(CancellationToken cancellationToken)
    {
        var mark = await records.ReadMarkAsync(cancellationToken);
        await records.SetMarkAsync(NewMark(isComplete: true), mark?.Check, cancellationToken);
    }

    private async Task<bool> HasUsersAsync(CancellationToken cancellationToken) =>
        (await records.ListUsersAsync(null, 1, cancellationToken)).Count > 0;

    private async Task<EncryptionMark> MarkAsync(EncryptionMark? mark, CancellationToken cancellationToken)
    {
        if (mark is null)
        {
            await records.SetMarkAsync(NewMark(isComplete: false), null, cancellationToken);
            // Another node may have been quicker.
            mark = (await records.ReadMarkAsync(cancellationToken))!;
        }
        try
        {
            master!.Unwrap(Purpose, Base64Url.DecodeFromChars(mark.Check));
        }
        catch (Exception foreign) when (foreign is CryptographicException or FormatException)
        {
            throw new StorageUnusableException(
                $"The key ring (Encryption:KeyRingPath) is not the one under which the data is encrypted, or cannot be read: {foreign.Message}", foreign);
        }
        return mark;
    }

    private EncryptionMark NewMark(bool isComplete) => new(Base64Url.EncodeToString(master!.Wrap(Purpose, [])), isComplete);
}
