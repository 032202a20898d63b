using System.Text;
using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;
using Syntha.Server.Mapping;

namespace Syntha.Server.Tools;

internal sealed class GetContextTool() : ReadingTool(
    Tool.GetContext,
    "Get context",
    "Read shared context. With keys: their values; without: everything you can read. Keys that you cannot read are left out.",
    new ToolParameter("keys", ParameterKind.TextList, "Keys to read. None: all."))
{
    private const int MaxKeys = 1_000;

    // Half of the limit of answers, because some programs put the result as JSON text into other JSON, which makes it longer.
    private const long MaxBytes = PageLimits.MaxBytes / 2;

    // A model that names no keys does not know how much there is. Some 16,000 tokens of values, and some thousand of names to go on with.
    private const long MaxBytesOfAll = 64 * 1024;
    private const long MaxNameBytesOfAll = 16 * 1024;
    private const long MaxNameBytes = 256 * 1024;

    public override ImmutableArray<ResultMember> Results { get; } =
    [
        new("context", ResultKind.ByName), new("agent_name", ResultKind.Text), new("keys_requested", ResultKind.TextList),
        new("keys_found", ResultKind.TextList), new("keys_remaining", ResultKind.TextList),
    ];

    public override bool LooksAtAll(ToolArguments arguments) => arguments.FindList("keys") is { Length: 0 or > Limits.FewItems };

    public override ToolResult Read(AgentName agent, ToolArguments arguments, MeshView view)
    {
        var keys = arguments.FindList("keys");
        if (keys.Length > MaxKeys)
        {
            throw new ArgumentFault($"Argument 'keys' has {keys.Length} keys: at most {MaxKeys} are expected");
        }

        if (LengthOf(keys) > MaxNameBytes)
        {
            throw new ArgumentFault("Argument 'keys' is too long: ask for fewer keys at once");
        }

        var (items, remaining, isWhole) = keys.IsEmpty
            ? Fitting(view.All(), MaxBytesOfAll, MaxNameBytesOfAll)
            : Fitting(Named(view, keys), MaxBytes, MaxNameBytes);
        var message = $"Retrieved {items.Count} context items" + (remaining.Count == 0 ? ""
            : isWhole ? $"; there are {remaining.Count} more: ask for keys_remaining by name"
            : "; there are more: ask for keys_remaining by name, or for keys of list_context");
        return ToolResult.Success(message, json =>
        {
            json.WriteStartObject("context");
            foreach (var item in items)
            {
                json.WritePropertyName(item.Key.Value);
                json.WriteRawValue(item.ValueJson, skipInputValidation: true);
            }
            json.WriteEndObject();
            json.WriteString("agent_name", agent.Value);
            json.WriteList("keys_requested", keys);
            json.WriteList("keys_found", items.Select(item => item.Key.Value));
            if (remaining.Count > 0)
            {
                json.WriteList("keys_remaining", remaining);
            }
        });
    }

    private static long LengthOf(ImmutableArray<string> keys)
    {
        var length = 0L;
        foreach (var key in keys)
        {
            length += key.Length;
        }

        return length;
    }

    private static IEnumerable<ContextItem> Named(MeshView view, ImmutableArray<string> keys)
    {
        // One key, as most calls have, cannot be there twice.
        var seen = keys.Length == 1 ? null : new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (seen?.Add(key) != false && view.Find(ContextKey.Parse(key)) is { } item)
            {
                yield return item;
            }
        }
    }

    // Not whole: there are more keys than can be told.
    private static (List<ContextItem> Items, List<string> Remaining, bool IsWhole) Fitting(
        IEnumerable<ContextItem> readable, long maxBytes, long maxNameBytes)
    {
        var (items, remaining, bytes, nameBytes) = (new List<ContextItem>(), new List<string>(), 0L, 0L);
        foreach (var item in readable)
        {
            var size = SizeOf(item);
            if (items.Count == 0 || bytes + size <= maxBytes)
            {
                items.Add(item);
                bytes += size;
                continue;
            }
            nameBytes += Encoding.UTF8.GetByteCount(item.Key.Value);
            if (remaining.Count == MaxKeys || nameBytes > maxNameBytes)
            {
                return (items, remaining, IsWhole: false);
            }

            remaining.Add(item.Key.Value);
        }
        return (items, remaining, IsWhole: true);
    }

    // The result has each key twice.
    private static long SizeOf(ContextItem item) =>
        16 + (2L * Encoding.UTF8.GetByteCount(item.Key.Value)) + Encoding.UTF8.GetByteCount(item.ValueJson);
}
