using System.Globalization;
using System.Text.Json;
using Syntha.Mesh.Values;

namespace Syntha.Mesh.Patching;

/// <summary>A list of operations that are carried out in order (RFC 6902).</summary>
/// <param name="Operations">At most <see cref="MaxOperations"/>.</param>
/// <param name="Length">The length of its text.</param>
public sealed record JsonPatch(ImmutableArray<JsonPatch.Operation> Operations, int Length) : ValuePatch
{
    public const int MaxOperations = 1_000;

    internal override long Bytes => 256 + (4L * Length);

    /// <param name="json">A JSON array of operations. The names of members that RFC 6902 does not know are ignored, as it says.</param>
    /// <exception cref="MeshException">PATCH_INVALID, JSON_INVALID, VALUE_TOO_LARGE.</exception>
    public static JsonPatch Parse(string json)
    {
        JsonText.Check(json, ItemLimits.MaxValueBytes, "patch");
        var list = JsonParts.ElementOf(json);
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw PatchFault.Invalid("a list of operations is expected");
        }

        if (list.GetArrayLength() is var count && count > MaxOperations)
        {
            throw MeshException.OverLimit(
                ErrorReason.RequestTooLarge, "The patch has too many operations", MaxOperations, count, "operations");
        }

        var operations = ImmutableArray.CreateBuilder<Operation>(count);
        foreach (var element in list.EnumerateArray())
        {
            var number = Number(operations.Count);
            try
            {
                operations.Add(Operation.Parse(element));
            }
            catch (MeshException fault) when (!fault.Metadata.ContainsKey("operation"))
            {
                throw PatchFault.At(number, fault);
            }
        }

        return new(operations.MoveToImmutable(), json.Length);
    }

    internal override string? Apply(PatchedValue value)
    {
        for (var index = 0; index < Operations.Length; index++)
        {
            try
            {
                Operations[index].Apply(value);
            }
            catch (MeshException fault)
            {
                throw PatchFault.At(Number(index), fault);
            }
        }

        return null;
    }

    private static string Number(int index) => index.ToString(CultureInfo.InvariantCulture);

    /// <summary>One operation.</summary>
    /// <param name="Kind">What it does.</param>
    /// <param name="Path">The place.</param>
    /// <param name="From">The place that it moves or copies from; else the root.</param>
    /// <param name="Value">The value to add, to put or to compare; else undefined.</param>
    public sealed record Operation(OperationKind Kind, JsonPointer Path, JsonPointer From, JsonElement Value)
    {
        internal static Operation Parse(JsonElement element)
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw PatchFault.Invalid("an operation is an object");
            }

            var kind = TextOf(element, "op") switch
            {
                "add" => OperationKind.Add,
                "remove" => OperationKind.Remove,
                "replace" => OperationKind.Replace,
                "move" => OperationKind.Move,
                "copy" => OperationKind.Copy,
                "test" => OperationKind.Test,
                _ => throw PatchFault.Invalid("'op' is one of add, remove, replace, move, copy, test"),
            };
            var value = default(JsonElement);
            if (kind is OperationKind.Add or OperationKind.Replace or OperationKind.Test && !element.TryGetProperty("value", out value))
            {
                throw PatchFault.Invalid("the member 'value' is missing");
            }

            var path = JsonPointer.Parse(TextOf(element, "path"));
            var from = kind is OperationKind.Move or OperationKind.Copy ? JsonPointer.Parse(TextOf(element, "from")) : JsonPointer.Root;
            return kind != OperationKind.Move || !path.IsWithin(from)
                ? new(kind, path, from, value)
                : throw PatchFault.Invalid("a value cannot be moved into itself");
        }

        internal void Apply(PatchedValue value)
        {
            switch (Kind)
            {
                case OperationKind.Add:
                    value.Add(Path, JsonParts.NodeOf(Value));
                    break;
                case OperationKind.Remove:
                    value.Remove(Path);
                    break;
                case OperationKind.Replace:
                    value.Replace(Path, JsonParts.NodeOf(Value));
                    break;
                case OperationKind.Move when From != Path:
                    value.Add(Path, value.Remove(From));
                    break;
                case OperationKind.Move:
                    value.Get(From);
                    break;
                case OperationKind.Copy:
                    value.Add(Path, value.Copy(From));
                    break;
                case OperationKind.Test when !JsonEquality.Instance.Equals(value.Get(Path), JsonParts.NodeOf(Value)):
                    throw PatchFault.Failed("the value there is another one than the test expects", Path);
            }
        }

        private static string TextOf(JsonElement operation, string name) =>
            operation.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
                ? text.GetString()!
                : throw PatchFault.Invalid($"the member '{name}' is missing, or is no text");
    }

    /// <summary>What an operation does.</summary>
    public enum OperationKind
    {
        Add,
        Remove,
        Replace,
        Move,
        Copy,
        Test,
    }
}
