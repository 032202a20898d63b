using System.Diagnostics.CodeAnalysis;
using Syntha.Mesh.Stores;

namespace Syntha.Server.Credentials;

/// <summary>
/// The identity that an API key or a token has proved. It never changes, except that it can end. Thread-safe.
/// </summary>
/// <param name="id">The name in lists and logs: the key's id, or the token's issuer and subject.</param>
/// <param name="user">The user whose data it opens; null: it is an operator's, and opens no user's data.</param>
/// <param name="agent">The agent that it is limited to; null: none.</param>
/// <param name="role">A role that limits what the agent may do; null: none.</param>
/// <param name="expiresAt">When it expires; null: never.</param>
/// <param name="right">What it gives when a store is made.</param>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer and no handle.")]
internal sealed class Credential(
    string id, UserId? user, AgentName? agent, string? role, DateTimeOffset? expiresAt, StoreRight right)
{
    private readonly CancellationTokenSource revoked = new();

    public string Id => id;

    public UserId? User => user;

    public AgentName? Agent => agent;

    public string? Role => role;

    public DateTimeOffset? ExpiresAt => expiresAt;

    public StoreRight Right => right;

    /// <summary>Fires when it is revoked, or when its user is erased.</summary>
    public CancellationToken Revoked => revoked.Token;

    public CredentialScope Scope => user is null ? CredentialScope.Operator : agent is null ? CredentialScope.User : CredentialScope.Agent;

    public bool IsEnded(TimeProvider time) => revoked.IsCancellationRequested || (expiresAt is { } at && at <= time.GetUtcNow());

    public void Revoke() => revoked.Cancel();

    /// <summary>The error for a credential that is missing, unknown or ended. It never says which of these.</summary>
    public static MeshException Invalid() => new(
        ErrorReason.CredentialsInvalid,
        "The call carries no valid credential: send an API key or a token as `authorization: Bearer …`. It may be unknown, expired or " +
        "revoked.");
}
