using System.Collections.Frozen;

namespace Syntha.Mesh.Access;

/// <summary>The roles that every mesh knows. Their tools are those of the Python package.</summary>
public static class Roles
{
    public const string Readonly = "readonly";
    public const string Contributor = "contributor";
    public const string Moderator = "moderator";
    public const string Admin = "admin";

    private static readonly ToolSet Writing = ToolSet.All.Without(ToolSet.Of(Tool.DeleteTopic));

    private static readonly FrozenDictionary<string, ToolSet> Predefined = new Dictionary<string, ToolSet>(StringComparer.Ordinal)
    {
        [Readonly] = ToolSet.Of(Tool.GetContext, Tool.ListContext, Tool.DiscoverTopics),
        [Contributor] = Writing,
        [Moderator] = Writing,
        [Admin] = ToolSet.All,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool TryFind(string name, out ToolSet tools) => Predefined.TryGetValue(name, out tools);
}
