namespace Syntha.Mesh.Log;

/// <summary>What a caller shows to prove that it holds a claim.</summary>
/// <param name="Name">The claim's name.</param>
/// <param name="Position">
/// The position of the command that gave it the claim. Null: whichever, for the owner, who may take a claim from its holder.
/// </param>
public sealed record FencingToken(ContextKey Name, Position? Position);
