using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Syntha.Mesh.Patching;

/// <summary>
/// Adds to a number. Where there is nothing, it counts from 0. A whole number that is added to a whole number stays exact, within 64 bits;
/// any other sum is that of two doubles.
/// </summary>
/// <param name="Path">The place of the number.</param>
/// <param name="Whole">The whole number that is added. Null: <paramref name="Other"/> is.</param>
/// <param name="Other">The number that is added, where it is no whole number: finite.</param>
public sealed record Increment(JsonPointer Path, long? Whole, double Other) : ValuePatch
{
    // 64 bits have no more signs.
    private const int MaxLength = 20;

    internal override long Bytes => 256 + (4L * Path.Text.Length);

    internal override string? Apply(PatchedValue value)
    {
        var isThere = value.TryGet(Path, out var found);
        if (isThere && !(found is JsonValue && found.GetValueKind() == JsonValueKind.Number))
        {
            throw PatchFault.Failed("there is no number", Path);
        }

        var sum = Sum(isThere ? found!.ToJsonString() : "0");
        if (isThere)
        {
            value.Replace(Path, sum);
        }
        else
        {
            value.Add(Path, sum);
        }

        return sum.ToJsonString();
    }

    private JsonValue Sum(string present)
    {
        if (Whole is { } whole && present.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
        {
            var sum = present.Length <= MaxLength ? Int128.Parse(present, CultureInfo.InvariantCulture) + whole : Int128.MaxValue;
            return sum < long.MinValue || sum > ulong.MaxValue
                ? throw PatchFault.Failed("the sum, or the number there, has more than 64 bits", Path)
                : sum <= long.MaxValue ? JsonValue.Create((long)sum)
                : JsonValue.Create((ulong)sum);
        }

        var result = double.Parse(present, CultureInfo.InvariantCulture) + (Whole ?? Other);
        return double.IsFinite(result)
            ? JsonValue.Create(result)
            : throw PatchFault.Failed("the sum is larger than a double can hold", Path);
    }
}
