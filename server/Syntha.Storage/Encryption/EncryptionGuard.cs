using System.Buffers.Text;
using System.Security.Cryptography;
using Syntha.Storage.Ground;
using Syntha.Storage.Records;

namespace Syntha.Storage.Encryption;

/// <summary>
/// Checks, before anything is served, that data and settings agree about encryption. A server without the key ring never reads encrypted
/// data, and never writes plain data beside it.
/// </summary>
/// <param name="records">The records that hold the mark of encryption.</param>
/// <param name="master">Null: encryption is off.</param>
public sealed class EncryptionGuard(IServerRecords records, MasterKey? master)
{
    private const string Purpose = "check";

    /// <summary>
    /// Checks that data and settings agree. The first start with encryption on, with no stores yet, marks the stores as encrypted.
    /// </summary>
    /// <exception cref="StorageUnusableException">They do not agree. The message says why, and what to do.</exception>
    public async Task DemandAsync(CancellationToken cancellationToken)
    {
        var mark = await records.ReadMarkAsync(cancellationToken);
        if (master is null)
        {
            if (mark is not null)
            {
                throw new StorageUnusableException(
                    "The data is encrypted, but encryption is off: set Encryption:KeyRingPath to the folder of its key ring.");
            }

            return;
        }
        if (mark is null && await HasUsersAsync(cancellationToken))
        {
            throw new StorageUnusableException(
                "Encryption is on, but the data is not encrypted: run `syntha encrypt` with the same settings first.");
        }

        mark = await MarkAsync(mark, cancellationToken);
        if (mark.IsComplete)
        {
            return;
        }
        // The mark keeps nodes without a key ring from making plain stores. So whether there are stores is asked only now, after the mark
        // is set. Another node may have been quicker: it may have completed the mark, and made stores.
        if (await HasUsersAsync(cancellationToken) &&
            await records.ReadMarkAsync(cancellationToken) is not { IsComplete: true })
        {
            throw new StorageUnusableException(
                "The encryption of the data is not complete: run `syntha encrypt` with the same settings again.");
        }

        await CompleteAsync(cancellationToken);
    }

    /// <summary>Whether this server has no key ring, and the data was encrypted after it started.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY.</exception>
    public async Task<bool> IsOvertakenAsync(CancellationToken cancellationToken) =>
        master is null && await records.ReadMarkAsync(cancellationToken) is not null;

    /// <summary>Marks that the stores are about to be encrypted. From then on, no server starts on them before that is complete.</summary>
    /// <exception cref="StorageUnusableException">Encryption is off, or the key ring is not the right one.</exception>
    internal async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (master is null)
        {
            throw new StorageUnusableException(
                "There is no key ring to encrypt with: set Encryption:KeyRingPath to a folder that is not in the data folder.");
        }

        var mark = await records.ReadMarkAsync(cancellationToken);
        await MarkAsync(mark, cancellationToken);
    }

    /// <summary>Writes the mark again, under today's master key.</summary>
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
                "The key ring (Encryption:KeyRingPath) is not the one under which the data is encrypted, or cannot be read: " +
                foreign.Message,
                foreign);
        }
        return mark;
    }

    private EncryptionMark NewMark(bool isComplete) => new(Base64Url.EncodeToString(master!.Wrap(Purpose, [])), isComplete);
}
