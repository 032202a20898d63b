using System.Security.Cryptography;
using System.Text;

namespace Syntha.Storage.Records;

/// <summary>
/// All that is kept of a user that was erased. Tokens from before the erase are refused by it. Immutable; thread-safe.
/// </summary>
/// <param name="UserHash">The keyed hash of the user id.</param>
/// <param name="ErasedAt">When the user was erased, by the clock of the node that did it.</param>
public sealed record ErasureRecord(ReadOnlyMemory<byte> UserHash, DateTimeOffset ErasedAt)
{
    /// <summary>The keyed hash of a user id. Without the secret nobody can tell whether a hash is that of an id.</summary>
    /// <param name="secret">The secret of the records.</param>
    /// <param name="user">The user.</param>
    public static byte[] HashOf(ReadOnlyMemory<byte> secret, UserId user) =>
        HMACSHA256.HashData(secret.Span, Encoding.UTF8.GetBytes(user.Value));
}
