using System.Text.Json.Nodes;
using Syntha.Server.Doors;

namespace Syntha.Server.Mcp;

/// <summary>Positions as MCP carries them: in the `_meta` of answers, and in the address of changes.</summary>
internal static class McpPosition
{
    public const string MetaKey = "syntha/position";

    /// <exception cref="ModelContextProtocol.McpProtocolException">The text is no position.</exception>
    public static V1.Position Parse(string text) => PositionText.TryParse(text, out var position)
        ? position
        : throw McpErrors.Of(
            new MeshException(ErrorReason.ArgumentInvalid, "'after' is no position; take it from the `_meta` of an answer."));

    public static JsonObject? Meta(V1.Position? position) =>
        position is null ? null : new JsonObject { [MetaKey] = PositionText.Of(position) };
}
