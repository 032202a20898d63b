namespace Syntha.Mesh.Log;

/// <summary>A place in the history of one user's mesh: comparable by revision within one epoch, meaningless in another.</summary>
/// <param name="Epoch">One life of the store, at random. Empty for a user without a store.</param>
/// <param name="Revision">How many commands were committed so far.</param>
public readonly record struct Position(string Epoch, long Revision)
{
    public static Position Empty { get; } = new("", 0);
}
