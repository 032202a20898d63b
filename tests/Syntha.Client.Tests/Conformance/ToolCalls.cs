using System.Text.Json.Nodes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>The calls about an agent's tools and its access to them: see <see cref="ClientCalls"/>.</summary>
internal static class ToolCalls
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static async Task<JsonObject> CallToolAsync(ContextMesh mesh, Given given)
    {
        var result = await Agent(mesh, given).HandleToolCallAsync(
            given.Text("name")!, given.Text("argumentsJson") ?? string.Empty, null, Token);
        return new() { ["resultJson"] = result.Json, ["success"] = result.IsSuccess, ["position"] = Telling.Of(result.Position) };
    }

    internal static async Task<JsonObject> ListToolsAsync(ContextMesh mesh, Given given)
    {
        var tools = await Agent(mesh, given).GetSchemasAsync(
            given.Constant<ToolDialect>("dialect")!.Value, given.Texts("takenNames"), Token);
        return new()
        {
            ["tools"] = new JsonArray([.. tools.Select(tool => new JsonObject
            {
                ["name"] = tool.Name,
                ["tool"] = Telling.Tool(tool.Tool),
                ["description"] = tool.Description,
                ["definitionJson"] = tool.Definition.GetRawText(),
            })]),
        };
    }

    internal static async Task<JsonObject> GetAccessAsync(ContextMesh mesh, Given given) =>
        Told(await Agent(mesh, given).GetAccessSummaryAsync(Token));

    internal static async Task<JsonObject> GetAgentAccessAsync(ContextMesh mesh, Given given) =>
        Told(await mesh.GetAgentAccessAsync(given.AgentName!, Token));

    internal static async Task<JsonObject> SetAccessAsync(ContextMesh mesh, Given given)
    {
        var access = given.Find("access") is { } wanted
            ? new AgentAccess
            {
                Role = wanted.Find("customRole")?.Text("name")
                    ?? wanted.Text("predefinedRole")?["PREDEFINED_ROLE_".Length..].ToLowerInvariant(),
                RoleTools = Names(wanted.Find("customRole")?.Texts("tools")) ?? [],
                AllowedTools = Names(wanted.Find("allowedTools")?.Texts("tools")),
                DeniedTools = Names(wanted.Texts("deniedTools"))!,
                MayReadPast = wanted.Flag("mayReadPast") ?? false,
            }
            : null;
        return new() { ["availableTools"] = Telling.Tools(await Agent(mesh, given).SetAccessAsync(access, Token)) };
    }

    private static JsonObject Told(AccessSummary summary) => new()
    {
        ["access"] = Telling.Of(summary.Access),
        ["availableTools"] = Telling.Tools(summary.AvailableTools),
        ["unavailableTools"] = Telling.Tools(summary.DeniedTools),
    };

    private static IReadOnlyList<string>? Names(IReadOnlyList<string>? tools) =>
        tools is null ? null : [.. tools.Select(tool => tool["TOOL_".Length..].ToLowerInvariant())];

    private static ToolHandler Agent(ContextMesh mesh, Given given) => mesh.ForAgent(given.AgentName!);
}
