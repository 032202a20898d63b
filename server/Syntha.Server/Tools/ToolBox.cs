using System.Collections.Frozen;
using Syntha.Mesh.Access;

namespace Syntha.Server.Tools;

/// <summary>All tools, in the order in which they are listed.</summary>
internal static class ToolBox
{
    public static ImmutableArray<AgentTool> Tools { get; } =
    [
        new GetContextTool(), new PushContextTool(), new ListContextTool(), new SubscribeToTopicsTool(), new UnsubscribeFromTopicsTool(),
        new DiscoverTopicsTool(), new DeleteTopicTool(), new UpdateContextTool(), new ClaimTool(), new ReleaseTool(),
    ];

    private static readonly FrozenDictionary<string, AgentTool> ByName =
        Tools.ToFrozenDictionary(tool => tool.Name, StringComparer.Ordinal);

    /// <summary>The tool of a name. The name may have the prefix that makes it differ from the names of other tools.</summary>
    public static AgentTool? Find(string name) => ByName.GetValueOrDefault(ToolNames.WithoutPrefix(name));

    /// <summary>The allowed tools, each with the name that it is listed under.</summary>
    public static IEnumerable<(AgentTool Tool, string Name)> Listed(ToolSet allowed, IReadOnlySet<string> takenNames) =>
        Tools.Where(tool => allowed.Has(tool.Tool)).Select(tool => (tool, FreeName(tool.Name, takenNames)));

    private static string FreeName(string name, IReadOnlySet<string> takenNames) =>
        takenNames.Contains(name) ? FreeName(ToolNames.Prefix + name, takenNames) : name;
}
