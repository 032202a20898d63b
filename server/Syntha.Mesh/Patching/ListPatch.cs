using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Syntha.Mesh.Values;

namespace Syntha.Mesh.Patching;

/// <summary>A change of a list. Its result is the list's new length.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Path">The place of the list. Where there is nothing, it counts as an empty list.</param>
/// <param name="Values">A JSON array.</param>
/// <param name="MaxLength">
/// For Append and Prepend: how long the list may get. What is too much goes at the other end. Null: no bound.
/// </param>
/// <param name="Length">The length of the text of the values.</param>
public sealed record ListPatch(ListPatchKind Kind, JsonPointer Path, JsonElement Values, int? MaxLength, int Length) : ValuePatch
{
    internal override long Bytes => 256 + (4L * (Length + Path.Text.Length));

    /// <param name="kind">What it does.</param>
    /// <param name="path">The place of the list.</param>
    /// <param name="valuesJson">A JSON array as text.</param>
    /// <param name="maxLength">How long the list may get.</param>
    /// <exception cref="MeshException">PATCH_INVALID, JSON_INVALID, VALUE_TOO_LARGE.</exception>
    public static ListPatch Parse(ListPatchKind kind, string path, string valuesJson, int? maxLength)
    {
        JsonText.Check(valuesJson, ItemLimits.MaxValueBytes, "list of values");
        var values = JsonParts.ElementOf(valuesJson);
        return values.ValueKind != JsonValueKind.Array ? throw PatchFault.Invalid("the values are no list")
            : maxLength < 0 ? throw PatchFault.Invalid("the greatest length is negative")
            : new(kind, JsonPointer.Parse(path), values, maxLength, valuesJson.Length);
    }

    internal override string? Apply(PatchedValue value)
    {
        if (Kind == ListPatchKind.Subtract && !value.TryGet(Path, out _))
        {
            return "0";
        }

        var list = value.ListAt(Path);
        var given = JsonParts.NodeOf(Values)!.AsArray();
        var hasChanged = Kind switch
        {
            ListPatchKind.Append => Insert(list, list.Count, given),
            ListPatchKind.Prepend => Insert(list, 0, given),
            ListPatchKind.Add => Unite(list, given),
            _ => Subtract(list, given),
        };
        if (hasChanged)
        {
            value.NoteChange();
        }

        return list.Count.ToString(CultureInfo.InvariantCulture);
    }

    private bool Insert(JsonArray list, int at, JsonArray given)
    {
        var values = Taken(given);
        // One by one the values would each move all that is behind them.
        var behind = at < list.Count ? Taken(list) : [];
        foreach (var value in values.Concat(behind))
        {
            list.Add(value);
        }

        var excess = list.Count - (MaxLength ?? int.MaxValue);
        if (excess > 0)
        {
            list.RemoveRange(Kind == ListPatchKind.Append ? 0 : list.Count - excess, excess);
        }

        return values.Length > 0 || excess > 0;
    }

    private static bool Unite(JsonArray list, JsonArray given)
    {
        var present = new HashSet<JsonNode?>(list, JsonEquality.Instance);
        var hasChanged = false;
        foreach (var value in Taken(given))
        {
            if (present.Add(value))
            {
                list.Add(value);
                hasChanged = true;
            }
        }

        return hasChanged;
    }

    private static bool Subtract(JsonArray list, JsonArray given)
    {
        var unwanted = new HashSet<JsonNode?>(given, JsonEquality.Instance);
        return list.RemoveAll(unwanted.Contains) > 0;
    }

    // The elements without their list, so that another one can take them.
    private static JsonNode?[] Taken(JsonArray list)
    {
        JsonNode?[] elements = [.. list];
        list.Clear();
        return elements;
    }
}
