using System.Buffers.Binary;
using System.Collections.Concurrent;
using Syntha.Storage.Records;

namespace Syntha.Server.Credentials;

/// <summary>
/// The users that were erased, in memory. A token cannot be revoked, so a token from before the erase of its user is refused by this.
/// Admission's mirror of the records fills it. Each erased user takes about 100 bytes, and none if there are no issuers. Thread-safe.
/// </summary>
internal sealed class Erasures
{
    private readonly ConcurrentDictionary<UInt128, DateTimeOffset> erased = new();
    private ReadOnlyMemory<byte> secret;

    /// <summary>Adds erasures.</summary>
    /// <param name="secretOfHashes">The secret of their hashes. It never changes.</param>
    /// <param name="erasures">Some users may be known already.</param>
    public void Apply(ReadOnlyMemory<byte> secretOfHashes, IEnumerable<ErasureRecord> erasures)
    {
        // Written once, before the first erasure can be seen. It is read without a lock.
        if (secret.IsEmpty)
        {
            secret = secretOfHashes;
        }

        foreach (var erasure in erasures)
        {
            erased.AddOrUpdate(
                Key(erasure.UserHash.Span), static (_, at) => at, static (_, former, at) => at > former ? at : former, erasure.ErasedAt);
        }
    }

    /// <summary>Whether it is a token that may have been issued before its user was erased.</summary>
    public bool Refuses(Credential credential) =>
        !erased.IsEmpty && credential is { User: { } user, Right.IssuedAt: { } issuedAt } &&
        erased.TryGetValue(Key(ErasureRecord.HashOf(secret, user)), out var at) && at >= issuedAt;

    // Half of the hash suffices to tell users apart.
    private static UInt128 Key(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt128BigEndian(hash);
}
