using System.Text.Json;
using Syntha.Mesh.Values;

namespace Syntha.Mesh.Patching;

/// <summary>Puts a value at a place, whether there is one or not, or takes away what is there.</summary>
/// <param name="Path">The place. Its parent must exist.</param>
/// <param name="Value">The value. Undefined: what is there is taken away.</param>
/// <param name="Length">The length of its text.</param>
public sealed record PlacePatch(JsonPointer Path, JsonElement Value, int Length) : ValuePatch
{
    internal override long Bytes => 256 + (4L * (Length + Path.Text.Length));

    /// <exception cref="MeshException">JSON_INVALID, VALUE_TOO_LARGE.</exception>
    public static PlacePatch Set(JsonPointer path, string json)
    {
        JsonText.Check(json, ItemLimits.MaxValueBytes);
        return new(path, JsonParts.ElementOf(json), json.Length);
    }

    public static PlacePatch Remove(JsonPointer path) => new(path, default, 0);

    internal override string? Apply(PatchedValue value)
    {
        if (Value.ValueKind == JsonValueKind.Undefined)
        {
            value.Remove(Path);
        }
        else if (value.TryGet(Path, out _))
        {
            value.Replace(Path, JsonParts.NodeOf(Value));
        }
        else
        {
            value.Add(Path, JsonParts.NodeOf(Value));
        }

        return null;
    }
}
