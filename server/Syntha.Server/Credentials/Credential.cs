namespace Syntha.Server.Credentials;

/// <summary>
/// Who calls, as an API key or a token has proved. Immutable, but for its end. Thread-safe.
/// </summary>
/// <param name="id">For lists and logs: the key's id, or the token's issuer and subject.</param>
/// <param name="user">Whose data it opens; null: nobody's, it is an operator's.</param>
/// <param name="agent">The agent that it is limited to; null: none.</param>
/// <param name="role">A role that narrows what the agent may do; null: none.</param>
/// <param name="expiresAt">From when on it opens nothing; null: never.</param>
/// <param name="revoked">Fires when it is revoked.</param>
internal sealed class Credential(
    string id, UserId? user, AgentName? agent, string? role, DateTimeOffset? expiresAt, CancellationToken revoked)
{
    public string Id => id;

    public UserId? User => user;

    public AgentName? Agent => agent;

    public string? Role => role;

    public DateTimeOffset? ExpiresAt => expiresAt;

    public CancellationToken Revoked => revoked;

    public CredentialScope Scope => user is null ? CredentialScope.Operator : agent is null ? CredentialScope.User : CredentialScope.Agent;

    public bool IsEnded(TimeProvider time) => revoked.IsCancellationRequested || (expiresAt is { } at && at <= time.GetUtcNow());

    /// <summary>What a caller is told whose credential is missing or is not, or no longer, valid: never which of these.</summary>
    public static MeshException Invalid() => new(
        ErrorReason.CredentialsInvalid,
        "The call carries no valid credential: send an API key or a token as `authorization: Bearer …`. It may be unknown, expired or revoked.");
}
