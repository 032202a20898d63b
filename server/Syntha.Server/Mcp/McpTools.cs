using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Syntha.Server.Tools;

namespace Syntha.Server.Mcp;

/// <summary>
/// The tools, as ToolHandler.ListTools and ToolHandler.CallTool have them. The schema of the result comes from the same definition as the
/// schema of the arguments.
/// </summary>
internal static class McpTools
{
    // The package writes 64 levels at the most, and the answer around the result takes some.
    private const int MaxDepth = 48;

    private static readonly Dictionary<string, JsonElement> OutputSchemas =
        ToolBox.Tools.ToDictionary(tool => tool.Name, ResultSchema.Of, StringComparer.Ordinal);

    public static async Task<ListToolsResult> ListAsync(McpCall call)
    {
        var answer = await call.AskAsync<V1.ListToolsRequest, V1.ListToolsResponse>(
            nameof(V1.ToolHandler.ToolHandlerBase.ListTools), new() { Agent = call.Agent, Dialect = V1.ToolDialect.Mcp });
        return new()
        {
            Tools = [.. answer.Tools.Select(Definition)],
            Meta = McpPosition.Meta(answer.Position),
            TimeToLive = TimeSpan.Zero,
            CacheScope = CacheScope.Private,
        };
    }

    public static async Task<CallToolResult> CallAsync(McpCall call, CallToolRequestParams request)
    {
        var answer = await call.AskAsync<V1.CallToolRequest, V1.CallToolResponse>(
            nameof(V1.ToolHandler.ToolHandlerBase.CallTool),
            new() { AsAgent = call.Agent, Name = request.Name, ArgumentsJson = ArgumentsOf(request) });
        return new()
        {
            Content = [new TextContentBlock { Text = answer.ResultJson }],
            StructuredContent = Structured(answer),
            IsError = !answer.Success,
            Meta = McpPosition.Meta(answer.Position),
        };
    }

    // The values as they came, so that numbers keep all their digits.
    private static string ArgumentsOf(CallToolRequestParams request) => request.Arguments is null ? ""
        : $"{{{string.Join(',', request.Arguments.Select(one => $"{JsonSerializer.Serialize(one.Key)}:{one.Value.GetRawText()}"))}}}";

    private static Tool Definition(V1.ToolDefinition definition)
    {
        var tool = JsonSerializer.Deserialize<Tool>(definition.DefinitionJson, McpJsonUtilities.DefaultOptions)!;
        tool.OutputSchema = OutputSchemas[definition.Name];
        return tool;
    }

    // A result that is too deep for the package stands whole in the text, and its outcome here.
    private static JsonElement Structured(V1.CallToolResponse answer)
    {
        try
        {
            using var result = JsonDocument.Parse(answer.ResultJson, new() { MaxDepth = MaxDepth });
            return result.RootElement.Clone();
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(new JsonObject { ["success"] = answer.Success, ["is_cut"] = true });
        }
    }
}
