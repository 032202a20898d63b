using System.Collections.Frozen;

namespace Syntha.Mesh.Access;

/// <summary>The roles that every mesh knows. Their tools are those of the Python package.</summary>
public static class Roles
{
    private static readonly ToolSet Readonly = ToolSet.Of(Tool.GetContext, Tool.ListContext, Tool.DiscoverTopics);

    private static readonly ToolSet Contributor = ToolSet.All.Without(ToolSet.Of(Tool.DeleteTopic));

    private static readonly FrozenDictionary<string, ToolSet> Predefined = new Dictionary<string, ToolSet>(StringComparer.Ordinal)
    {
        ["readonly"] = Readonly,
        ["contributor"] = Contributor,
        ["moderator"] = Contributor,
        ["admin"] = ToolSet.All,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool TryFind(string name, out ToolSet tools) => Predefined.TryGetValue(name, out tools);
}
