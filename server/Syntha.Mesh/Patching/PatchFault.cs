namespace Syntha.Mesh.Patching;

/// <summary>The refusals of this room.</summary>
internal static class PatchFault
{
    /// <summary>The patch in itself is wrong, for any value.</summary>
    public static MeshException Invalid(string why) => With(
        new(ErrorReason.PatchInvalid, $"The patch is refused: {why}."), operation: null, path: null);

    /// <summary>The patch does not apply to the present value.</summary>
    public static MeshException Failed(string why, JsonPointer path) =>
        With(new(ErrorReason.PatchFailed, $"The patch does not apply at '{path.Shortened}': {why}."), operation: null, path.Shortened);

    /// <summary>The same refusal, with the number of the operation that failed, from 0.</summary>
    public static MeshException At(string operation, MeshException fault) => With(
        new(fault.Reason, $"Operation {operation}: {fault.Message}"), operation, fault.Metadata.GetValueOrDefault("path"));

    private static MeshException With(MeshException fault, string? operation, string? path)
    {
        if (operation is not null)
        {
            fault.Metadata["operation"] = operation;
        }

        if (path is not null)
        {
            fault.Metadata["path"] = path;
        }

        return fault;
    }
}
