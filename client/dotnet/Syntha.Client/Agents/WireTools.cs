using System.Collections.Frozen;

namespace Syntha.Client;

/// <summary>Tools between their names, which models and this client's callers use, and the contract's enum.</summary>
internal static class WireTools
{
    private static readonly FrozenDictionary<string, V1.Tool> ByName = new Dictionary<string, V1.Tool>(StringComparer.Ordinal)
    {
        [AgentTools.GetContext] = V1.Tool.GetContext,
        [AgentTools.PushContext] = V1.Tool.PushContext,
        [AgentTools.ListContext] = V1.Tool.ListContext,
        [AgentTools.SubscribeToTopics] = V1.Tool.SubscribeToTopics,
        [AgentTools.UnsubscribeFromTopics] = V1.Tool.UnsubscribeFromTopics,
        [AgentTools.DiscoverTopics] = V1.Tool.DiscoverTopics,
        [AgentTools.DeleteTopic] = V1.Tool.DeleteTopic,
        [AgentTools.UpdateContext] = V1.Tool.UpdateContext,
        [AgentTools.Claim] = V1.Tool.Claim,
        [AgentTools.Release] = V1.Tool.Release,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<V1.Tool, string> Names = ByName.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <exception cref="SynthaInvalidArgumentException">TOOL_INVALID: there is no such tool.</exception>
    internal static IEnumerable<V1.Tool> Of(IEnumerable<string> names, string field)
    {
        ArgumentNullException.ThrowIfNull(names, field);
        return names.Select(name => name is not null && ByName.TryGetValue(name, out var tool)
            ? tool
            : throw Invalid($"There is no tool '{name}'. The tools are {string.Join(", ", AgentTools.All)}.", field, name));
    }

    internal static IReadOnlyList<string> NamesOf(IEnumerable<V1.Tool> tools) => [.. tools.Select(NameOf)];

    /// <returns>The tool's name. A tool that only a newer server knows is named by its number.</returns>
    internal static string NameOf(V1.Tool tool) => Names.GetValueOrDefault(tool) ?? $"tool_{(int)tool}";

    internal static SynthaInvalidArgumentException Invalid(string message, string field, string? tool = null) => Failure.OfName(
        ErrorReason.ToolInvalid, "TOOL_INVALID", message, field, tool is null ? [] : [KeyValuePair.Create("tool", tool)]);
}
