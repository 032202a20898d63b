namespace Syntha.Mesh.Patching;

/// <summary>
/// A change of a value that the server makes, so that no write of another comes between its reading and its writing. Immutable, because a
/// command may be evaluated again. The room Patching changes JSON values; it uses Errors and Values.
/// </summary>
public abstract record ValuePatch
{
    /// <summary>An estimate of the memory that it takes while it waits, in bytes.</summary>
    internal abstract long Bytes { get; }

    /// <summary>Changes the value.</summary>
    /// <returns>What is worth telling the caller, as JSON text: the new number, the new length of a list. Null: nothing.</returns>
    /// <exception cref="MeshException">PATCH_FAILED: it does not apply to this value.</exception>
    internal abstract string? Apply(PatchedValue value);
}
