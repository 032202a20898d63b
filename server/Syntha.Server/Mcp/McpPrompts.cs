using System.Globalization;
using ModelContextProtocol.Protocol;

namespace Syntha.Server.Mcp;

/// <summary>The prompts that a person may choose in a host. There is one: what the other agents have shared.</summary>
internal static class McpPrompts
{
    private const string Briefing = "context_briefing";
    private const string MaxBytes = "max_bytes";

    private static readonly Prompt Definition = new()
    {
        Name = Briefing,
        Title = "Context briefing",
        Description = "What the agents of this user have shared with this one, as data in fences.",
        Arguments =
        [
            new() { Name = MaxBytes, Description = "How many bytes the briefing may have: 1 to 1048576. None: 1048576." },
        ],
    };

    public static ListPromptsResult List() => new()
    {
        Prompts = [Definition],
        TimeToLive = TimeSpan.Zero,
        CacheScope = CacheScope.Private,
    };

    public static async Task<GetPromptResult> GetAsync(McpCall call, GetPromptRequestParams request)
    {
        if (request.Name != Briefing)
        {
            throw McpErrors.InvalidParams($"There is no prompt of this name; use {Briefing}.");
        }

        var answer = await call.AskAsync<V1.BuildPromptRequest, V1.BuildPromptResponse>(
            nameof(V1.ToolHandler.ToolHandlerBase.BuildPrompt),
            new()
            {
                AsAgent = call.Agent,
                Spec = new()
                {
                    System = new() { ReadyTemplate = V1.SystemTemplate.ContextAware },
                    Format = V1.PromptFormat.Fenced,
                    MaxBytes = MaxBytesOf(request),
                },
            });
        return new()
        {
            Description = Definition.Description,
            Messages = [new() { Role = Role.User, Content = new TextContentBlock { Text = answer.Prompt.Text } }],
            Meta = McpPosition.Meta(answer.Position),
        };
    }

    private static int MaxBytesOf(GetPromptRequestParams request) =>
        request.Arguments is null || !request.Arguments.TryGetValue(MaxBytes, out var given) ? 0
        : int.TryParse(given.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes
        : throw McpErrors.InvalidParams($"The argument {MaxBytes} is no whole number.");
}
