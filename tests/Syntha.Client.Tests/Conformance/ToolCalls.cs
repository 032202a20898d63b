using System.Text.Json.Nodes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>The calls about an agent's tools and its access to them: see <see cref="ClientCalls"/>.</summary>
internal static class ToolCalls
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static async Task<JsonObject> CallToolAsync(ContextMesh mesh, Given given)
    {
        var result = await Agent(mesh, given).HandleToolCallAsync(given.Text("name")!, given.Text("argumentsJson") ?? string.Empty, null, Token);
        return new() { ["resultJson"] = result.Json, ["success"] = result.IsSuccess, ["position"] = Telling.Of(result.Position) };
    }

    internal static async Task<JsonObject> ListToolsAsync(ContextMesh mesh, Given given)
    {
        var tools = await Agent(mesh, given).GetSchemasAsync(given.Constant<ToolDialect>("dialect")!.Value, given.Texts("takenNames"), Token);
        return new()
        {
            ["tools"] = new JsonArray([.. tools.Select(tool => new JsonObject
            {
                ["name"] = tool.Name,
                ["tool"] = tool.Tool,
                ["description"] = tool.Description,
                ["definitionJson"] = tool.Definition.GetRawText(),
            })]),
        };
    }

    internal static async Task<JsonObject> GetAccessAsync(ContextMesh mesh, Given given)
    {
        var summary = await Agent(mesh, given).GetAccessSummaryAsync(Token);
        return new()
        {
            ["access"] = summary.Access is not { } access ? null : new JsonObject
            {
                ["role"] = access.Role,
                ["roleTools"] = Telling.Texts(access.RoleTools),
                ["allowedTools"] = access.AllowedTools is { } allowed ? new JsonObject { ["names"] = Telling.Texts(allowed) } : null,
                ["deniedTools"] = Telling.Texts(access.DeniedTools),
            },
            ["availableTools"] = Telling.Texts(summary.AvailableTools),
            ["deniedTools"] = Telling.Texts(summary.DeniedTools),
            ["totalAvailable"] = summary.TotalAvailable,
            ["totalPossible"] = summary.TotalPossible,
        };
    }

    internal static async Task<JsonObject> SetAccessAsync(ContextMesh mesh, Given given)
    {
        var access = given.Find("access") is { } wanted
            ? new AgentAccess
            {
                Role = wanted.Text("role"),
                RoleTools = wanted.Texts("roleTools"),
                AllowedTools = wanted.Find("allowedTools")?.Texts("names"),
                DeniedTools = wanted.Texts("deniedTools"),
            }
            : null;
        return new() { ["availableTools"] = Telling.Texts(await Agent(mesh, given).SetAccessAsync(access, Token)) };
    }

    private static ToolHandler Agent(ContextMesh mesh, Given given) => mesh.ForAgent(given.AgentName!);
}
