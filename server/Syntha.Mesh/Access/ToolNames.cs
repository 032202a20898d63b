using System.Collections.Frozen;
using System.Text.Json;

namespace Syntha.Mesh.Access;

/// <summary>The names under which the contract, models and stores know the tools.</summary>
public static class ToolNames
{
    /// <summary>Precedes the name of a tool where the model has another tool of that name.</summary>
    public const string Prefix = "syntha_";

    private static readonly ImmutableArray<string> Names =
        [.. Enum.GetValues<Tool>().Select(tool => JsonNamingPolicy.SnakeCaseLower.ConvertName(tool.ToString()))];

    private static readonly FrozenDictionary<string, Tool> Tools =
        Enum.GetValues<Tool>().ToFrozenDictionary(NameOf, tool => tool, StringComparer.Ordinal);

    public static string NameOf(Tool tool) => Names[(int)tool];

    public static IEnumerable<string> NamesOf(ToolSet tools) => tools.InOrder().Select(NameOf);

    public static bool TryFind(string name, out Tool tool) => Tools.TryGetValue(name, out tool);

    /// <summary>The name of a tool without its prefixes.</summary>
    public static string WithoutPrefix(string name)
    {
        var start = 0;
        while (name.AsSpan(start).StartsWith(Prefix, StringComparison.Ordinal))
        {
            start += Prefix.Length;
        }

        return name[start..];
    }

    /// <exception cref="MeshException">TOOL_INVALID.</exception>
    public static ToolSet Parse(IEnumerable<string> names) => ToolSet.Of([.. names.Select(Parse)]);

    private static Tool Parse(string name) => TryFind(name, out var tool)
        ? tool
        : throw new MeshException(ErrorReason.ToolInvalid, $"There is no tool '{name}'; the tools are {string.Join(", ", Names)}.")
        {
            Metadata = { ["tool"] = name },
        };
}
