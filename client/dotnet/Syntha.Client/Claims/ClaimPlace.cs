namespace Syntha.Client;

/// <summary>A place in the line of a claim. Immutable.</summary>
/// <param name="Place">The place, from 1: the next one to get the claim.</param>
/// <param name="Claim">The claim.</param>
public sealed record ClaimPlace(int Place, ClaimState Claim);
