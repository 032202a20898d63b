namespace Syntha.Client;

/// <summary>One side of a claim. Immutable.</summary>
/// <param name="AgentName">The agent. <see langword="null"/>: the owner of the mesh.</param>
public sealed record ClaimParty(string? AgentName)
{
    internal static ClaimParty From(V1.ClaimParty wire) => new(wire.HasAgent ? wire.Agent : null);
}
