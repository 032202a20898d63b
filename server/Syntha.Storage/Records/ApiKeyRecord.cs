namespace Syntha.Storage.Records;

/// <summary>An API key as it is stored: a hash in place of its secret. Immutable.</summary>
/// <param name="Id">The readable part of the key.</param>
/// <param name="Hash">The SHA-256 of the whole key.</param>
/// <param name="User">The user of which the key opens the data. Null: none, it is an operator's key.</param>
/// <param name="Agent">The agent that the key is limited to. Null: any.</param>
/// <param name="Role">A role that limits what the agent may do. Null: none.</param>
/// <param name="Label">The operator's name for the key.</param>
/// <param name="CreatedAt">When the key was made.</param>
/// <param name="ExpiresAt">When the key expires. Null: never.</param>
/// <param name="RevokedAt">When the key was revoked. Null: it was not.</param>
public sealed record ApiKeyRecord(
    string Id, ReadOnlyMemory<byte> Hash, UserId? User, AgentName? Agent, string? Role, string Label,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);
