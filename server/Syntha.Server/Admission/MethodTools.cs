using System.Collections.Frozen;
using Syntha.Server.Mapping;
using Tool = Syntha.Mesh.Access.Tool;

namespace Syntha.Server.Admission;

/// <summary>The tool that each method of ContextMesh and ToolHandler counts as: the contract's own option <c>counts_as</c>.</summary>
internal static class MethodTools
{
    private static readonly FrozenDictionary<string, Use> Uses = V1.ContextMesh.Descriptor.Methods.Concat(V1.ToolHandler.Descriptor.Methods)
        .Select(method => (
            Path: $"/{method.Service.FullName}/{method.Name}", Option: method.GetOptions()?.GetExtension(V1.OptionsExtensions.CountsAs)))
        .Where(method => method.Option is not null)
        .ToFrozenDictionary(method => method.Path, method => new Use(method.Option!), StringComparer.Ordinal);

    /// <param name="path">The call's path, such as <c>/syntha.v1.ContextMesh/Get</c>.</param>
    /// <param name="request">The request: a list of keys counts as another tool than a list of values.</param>
    /// <returns>Null when the method counts as no tool.</returns>
    public static Tool? Find<TRequest>(string path, TRequest request) =>
        !Uses.TryGetValue(path, out var use) ? null
        : request is V1.ListRequest { View: V1.ItemView.Keys } ? use.KeysView
        : use.Other;

    /// <summary>A second tool that the method needs. Null: none.</summary>
    public static Tool? FindSecond(string path) => Uses.TryGetValue(path, out var use) ? use.Second : null;

    private sealed class Use(V1.ToolUse option)
    {
        public Tool? Second { get; } = option.AlsoTool == V1.Tool.Unspecified ? null : FromWire.Tool(option.AlsoTool);

        public Tool Other { get; } = FromWire.Tool(option.Tool);

        public Tool KeysView { get; } = FromWire.Tool(option.KeysViewTool == V1.Tool.Unspecified ? option.Tool : option.KeysViewTool);
    }
}
