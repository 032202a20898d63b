namespace Syntha.Mesh.Patching;

/// <summary>What a <see cref="ListPatch"/> does.</summary>
public enum ListPatchKind
{
    /// <summary>Adds values at the end.</summary>
    Append,

    /// <summary>Adds values at the beginning, in their order.</summary>
    Prepend,

    /// <summary>Adds those values at the end that the list does not have: the union of two sets.</summary>
    Add,

    /// <summary>Removes the values wherever the list has them: the difference of two sets.</summary>
    Subtract,
}
