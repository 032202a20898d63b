namespace Syntha.Storage.Records;

/// <summary>An API key as it is kept: without its secret, of which there is a hash. Immutable.</summary>
/// <param name="Id">The readable part of the key.</param>
/// <param name="Hash">SHA-256 of the whole key.</param>
/// <param name="User">Whose data it opens; null: nobody's, it is an operator's.</param>
/// <param name="Agent">The agent that it is limited to; null: none.</param>
/// <param name="Role">A role that narrows what the agent may do; null: none.</param>
/// <param name="Label">What the operator calls it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">From when on it opens nothing; null: never.</param>
/// <param name="RevokedAt">When it was revoked; null: it was not.</param>
public sealed record KeyRecord(
    string Id, ReadOnlyMemory<byte> Hash, UserId? User, AgentName? Agent, string? Role, string Label,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);
