using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Syntha.Mesh.Values;

namespace Syntha.Mesh.Patching;

/// <summary>
/// A value while a patch changes it. What no patch touches keeps its numbers to the last digit and its characters, but not its white space
/// and not its escapes. A JSON null is a null node. It is our own because the work must have a bound: a few copies within a value double it
/// each time, and each removal from a large object moves its members. For one thread.
/// </summary>
internal sealed class PatchedValue
{
    private static readonly JsonSerializerOptions Written = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = JsonText.MaxDepth,
    };

    // Elements and members that a patch may move. A hundred removals from a value of the greatest size are within it.
    private const long MaxMoved = 16_000_000;

    private readonly string before;
    private readonly long maxCopied;
    private JsonNode? root;
    private long copied;
    private long moved;
    private bool hasChanged;

    /// <param name="json">The value, as the mesh has it.</param>
    /// <param name="maxBytes">How large a value may be.</param>
    public PatchedValue(string json, long maxBytes)
    {
        before = json;
        root = JsonNode.Parse(json);
        maxCopied = 4 * maxBytes;
    }

    /// <summary>The value as JSON text. Null: it is what it was, but for white space and escapes.</summary>
    /// <exception cref="MeshException">PATCH_FAILED: it nests too deep now.</exception>
    public string? FindChanged()
    {
        if (!hasChanged)
        {
            return null;
        }

        var json = TextOf(root, JsonPointer.Root);
        // Without white space and escapes a text is shorter.
        return json == before || (json.Length < before.Length && json == TextOf(JsonNode.Parse(before), JsonPointer.Root)) ? null : json;
    }

    /// <summary>The value at a place.</summary>
    /// <exception cref="MeshException">PATCH_FAILED: there is no such place.</exception>
    public JsonNode? Get(JsonPointer path) =>
        TryGet(path, out var found) ? found : throw PatchFault.Failed("there is nothing", path);

    /// <summary>The value at a place.</summary>
    /// <returns>Whether the place exists. False also where only its parent exists.</returns>
    /// <exception cref="MeshException">PATCH_FAILED: not even its parent exists, or can hold it.</exception>
    public bool TryGet(JsonPointer path, out JsonNode? found)
    {
        if (path.IsRoot)
        {
            found = root;
            return true;
        }

        switch (ParentOf(path))
        {
            case JsonObject parent:
                return parent.TryGetPropertyValue(path.Last, out found);
            case JsonArray parent when path.Last == "-":
                found = null;
                return false;
            case JsonArray parent:
                var index = IndexOf(path.Last, path);
                found = index < parent.Count ? parent[index] : null;
                return index < parent.Count;
            default:
                throw PatchFault.Failed("its parent is neither an object nor a list", path);
        }
    }

    /// <summary>Adds a member, inserts into a list, or replaces what an object has under the name.</summary>
    /// <exception cref="MeshException">PATCH_FAILED.</exception>
    public void Add(JsonPointer path, JsonNode? value)
    {
        hasChanged = true;
        if (path.IsRoot)
        {
            root = value;
            return;
        }

        switch (ParentOf(path))
        {
            case JsonObject parent:
                parent[path.Last] = value;
                break;
            case JsonArray parent:
                var index = path.Last == "-" ? parent.Count : IndexOf(path.Last, path);
                if (index > parent.Count)
                {
                    throw PatchFault.Failed($"the list has {Text(parent.Count)} elements", path);
                }

                CountMoved(parent.Count - index, path);
                parent.Insert(index, value);
                break;
            default:
                throw PatchFault.Failed("its parent is neither an object nor a list", path);
        }
    }

    /// <summary>Replaces the value at a place that exists.</summary>
    /// <exception cref="MeshException">PATCH_FAILED.</exception>
    public void Replace(JsonPointer path, JsonNode? value)
    {
        Get(path);
        hasChanged = true;
        if (path.IsRoot)
        {
            root = value;
        }
        else if (ParentOf(path) is JsonArray list)
        {
            list[IndexOf(path.Last, path)] = value;
        }
        else
        {
            ((JsonObject)ParentOf(path)!)[path.Last] = value;
        }
    }

    /// <summary>Takes the value at a place that exists out of the whole.</summary>
    /// <exception cref="MeshException">PATCH_FAILED.</exception>
    public JsonNode? Remove(JsonPointer path)
    {
        var taken = Get(path);
        hasChanged = true;
        if (path.IsRoot)
        {
            root = null;
        }
        else if (ParentOf(path) is JsonArray list)
        {
            CountMoved(list.Count, path);
            list.RemoveAt(IndexOf(path.Last, path));
        }
        else
        {
            var parent = (JsonObject)ParentOf(path)!;
            CountMoved(parent.Count, path);
            parent.Remove(path.Last);
        }

        return taken;
    }

    /// <summary>A copy of the value at a place that exists.</summary>
    /// <exception cref="MeshException">PATCH_FAILED: also when the copies of this patch are too large together.</exception>
    public JsonNode? Copy(JsonPointer path)
    {
        // The text is a bound for what a copy costs, in size and in depth.
        var text = TextOf(Get(path), path);
        copied += text.Length;
        return copied <= maxCopied
            ? JsonNode.Parse(text)
            : throw PatchFault.Failed($"the copies of a patch are more than {Text(maxCopied)} signs together", path);
    }

    /// <summary>The list at a place. Where there is nothing, a new list is put.</summary>
    /// <exception cref="MeshException">PATCH_FAILED: something else is there.</exception>
    public JsonArray ListAt(JsonPointer path)
    {
        if (TryGet(path, out var found))
        {
            return found as JsonArray ?? throw PatchFault.Failed("there is no list", path);
        }

        var list = new JsonArray();
        Add(path, list);
        return list;
    }

    /// <summary>To be called by a patch that has changed a list itself.</summary>
    public void NoteChange() => hasChanged = true;

    private static string TextOf(JsonNode? node, JsonPointer path)
    {
        try
        {
            return Unescaped(node?.ToJsonString(Written) ?? "null");
        }
        catch (Exception tooDeep) when (tooDeep is InvalidOperationException or JsonException)
        {
            throw PatchFault.Failed($"the value nests deeper than {Text(JsonText.MaxDepth)} levels", path);
        }
    }

    // The framework's freest encoder still escapes some letters and all of the higher planes, and makes a text of them three times as long.
    private static string Unescaped(string json)
    {
        if (!json.Contains("\\u", StringComparison.Ordinal))
        {
            return json;
        }

        var text = new StringBuilder(json.Length);
        for (var at = 0; at < json.Length; at++)
        {
            if (json[at] != '\\')
            {
                text.Append(json[at]);
            }
            else if (json[at + 1] != 'u')
            {
                text.Append(json, at, 2);
                at++;
            }
            else
            {
                var unit = (char)ushort.Parse(json.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                // JSON itself wants control characters escaped.
                _ = unit < ' ' ? text.Append(json, at, 6) : text.Append(unit);
                at += 5;
            }
        }

        return text.ToString();
    }

    private void CountMoved(int count, JsonPointer path)
    {
        moved += count;
        if (moved > MaxMoved)
        {
            throw PatchFault.Failed("the patch moves too many elements; use several patches, or push the value", path);
        }
    }

    private JsonNode? ParentOf(JsonPointer path)
    {
        var node = root;
        foreach (var token in path.Tokens.AsSpan()[..^1])
        {
            node = node switch
            {
                JsonObject parent when parent.TryGetPropertyValue(token, out var member) => member,
                JsonArray list when token != "-" && IndexOf(token, path) is var index && index < list.Count => list[index],
                _ => throw PatchFault.Failed("its parent does not exist", path),
            };
        }

        return node;
    }

    private static int IndexOf(string token, JsonPointer path) =>
        token.Length is > 0 and < 10 && (token[0] != '0' || token.Length == 1) && token.All(char.IsAsciiDigit)
            ? int.Parse(token, CultureInfo.InvariantCulture)
            : throw PatchFault.Failed($"'{(token.Length <= 20 ? token : "…")}' is no index of a list", path);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
