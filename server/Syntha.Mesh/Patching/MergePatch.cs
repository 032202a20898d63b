using System.Text.Json;
using System.Text.Json.Nodes;
using Syntha.Mesh.Values;

namespace Syntha.Mesh.Patching;

/// <summary>An object: its members replace those of the value, and its nulls remove them (RFC 7396).</summary>
/// <param name="Patch">The patch.</param>
/// <param name="Length">The length of its text.</param>
public sealed record MergePatch(JsonElement Patch, int Length) : ValuePatch
{
    internal override long Bytes => 256 + (4L * Length);

    /// <exception cref="MeshException">JSON_INVALID, VALUE_TOO_LARGE.</exception>
    public static MergePatch Parse(string json)
    {
        JsonText.Check(json, ItemLimits.MaxValueBytes, "patch");
        return new(JsonParts.ElementOf(json), json.Length);
    }

    internal override string? Apply(PatchedValue value)
    {
        var former = value.Get(JsonPointer.Root);
        if (Patch.ValueKind == JsonValueKind.Object && former is JsonObject target)
        {
            Merge(target, Patch);
            value.NoteChange();
        }
        else
        {
            value.Replace(JsonPointer.Root, Merged(Patch));
        }

        return null;
    }

    private static void Merge(JsonObject target, JsonElement patch)
    {
        RemoveNulls(target, patch);
        foreach (var member in patch.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (member.Value.ValueKind == JsonValueKind.Object && target[member.Name] is JsonObject inner)
            {
                Merge(inner, member.Value);
            }
            else
            {
                target[member.Name] = Merged(member.Value);
            }
        }
    }

    // One by one, each removal would move all members behind it.
    private static void RemoveNulls(JsonObject target, JsonElement patch)
    {
        var unwanted = patch.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Null)
            .Select(member => member.Name).Where(target.ContainsKey).ToHashSet(StringComparer.Ordinal);
        if (unwanted.Count == 0)
        {
            return;
        }

        KeyValuePair<string, JsonNode?>[] members = [.. target];
        target.Clear();
        foreach (var (name, value) in members)
        {
            if (!unwanted.Contains(name))
            {
                target.Add(name, value);
            }
        }
    }

    // What a patch makes where there was nothing to merge with: itself, without the nulls of its objects.
    private static JsonNode? Merged(JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            return JsonParts.NodeOf(patch);
        }

        var made = new JsonObject();
        Merge(made, patch);
        return made;
    }
}
