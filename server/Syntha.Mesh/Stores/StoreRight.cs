namespace Syntha.Mesh.Stores;

/// <summary>
/// What entitles a caller to make a user's store. The caller was admitted some time before, and the user may have been erased meanwhile, on
/// this node or another one. So the engine looks at the right again, in the step that makes the store. Immutable.
/// </summary>
public sealed record StoreRight
{
    private StoreRight()
    {
    }

    /// <summary>
    /// The right of a caller that the records do not know: on a server without credentials, or with the key of the configuration.
    /// </summary>
    public static StoreRight Unbound { get; } = new();

    /// <summary>The API key; null: it is no API key.</summary>
    public string? KeyId { get; private init; }

    /// <summary>
    /// The earliest moment at which the token can have been issued, by this server's clock. Null: it is no token.
    /// </summary>
    public DateTimeOffset? IssuedAt { get; private init; }

    /// <summary>When the token expires. An API key's expiry is in the records.</summary>
    public DateTimeOffset? ExpiresAt { get; private init; }

    public static StoreRight OfKey(string id) => new() { KeyId = id };

    public static StoreRight OfToken(DateTimeOffset issuedAt, DateTimeOffset expiresAt) =>
        new() { IssuedAt = issuedAt, ExpiresAt = expiresAt };

    /// <summary>The error for a caller whose right has ended.</summary>
    public static MeshException Ended() => new(
        ErrorReason.CredentialsInvalid,
        "The credential ended while the call was under way: it was revoked, it expired, or its user was erased. No store was made.");
}
