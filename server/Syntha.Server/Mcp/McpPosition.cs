using System.Globalization;
using System.Text.Json.Nodes;

namespace Syntha.Server.Mcp;

/// <summary>Positions as MCP carries them: <c>epoch:revision</c>, in the `_meta` of answers and in the address of changes.</summary>
internal static class McpPosition
{
    public const string MetaKey = "syntha/position";

    public static string ToText(V1.Position position) =>
        string.Create(CultureInfo.InvariantCulture, $"{position.Epoch}:{position.Revision}");

    /// <exception cref="ModelContextProtocol.McpProtocolException">The text is no position.</exception>
    public static V1.Position Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon >= 0 && long.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? new() { Epoch = text[..colon], Revision = revision }
            : throw McpErrors.Of(
                new MeshException(ErrorReason.ArgumentInvalid, "'after' is no position; take it from the `_meta` of an answer."));
    }

    public static JsonObject? Meta(V1.Position? position) =>
        position is null ? null : new JsonObject { [MetaKey] = ToText(position) };
}
