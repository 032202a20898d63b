using System.Text.Json;

namespace Syntha.Client;

public sealed partial class ToolHandler
{
    /// <summary>Lists the tools that the agent may use, in the form that a vendor wants. Mirrors <c>get_schemas</c>.</summary>
    /// <param name="dialect">The form.</param>
    /// <param name="takenNames">
    /// Names of your own tools, at most 1,000. A tool of the server that has such a name is listed as <c>syntha_</c> and its name.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The tools, always in the same order.</returns>
    public async Task<IReadOnlyList<ToolDefinition>> GetSchemasAsync(
        ToolDialect dialect,
        IEnumerable<string>? takenNames = null,
        CancellationToken cancellationToken = default)
    {
        var request = new V1.ListToolsRequest
        {
            Agent = AgentName,
            Dialect = WireDialect(dialect),
            TakenNames = { WireText.Checked(takenNames ?? [], nameof(takenNames)) },
        };
        var response = await calls.ReadAsync(calls.Tools.ListToolsAsync, request, cancellationToken).ConfigureAwait(false);
        return [.. response.Tools.Select(ToolDefinition.From)];
    }

    /// <summary>
    /// Calls a tool as a model does. A fault that the model can correct (an unknown or denied tool, a wrong argument, a key that is taken)
    /// is a result, and no exception. Mirrors <c>handle_tool_call</c>.
    /// </summary>
    /// <param name="name">The tool's name, also with <c>syntha_</c> in front.</param>
    /// <param name="argumentsJson">The arguments as the model gave them: a JSON object as text. Empty: none.</param>
    /// <param name="options">A request id of your own. Leave the agent's name out.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The result for the model.</returns>
    /// <exception cref="SynthaUnavailableException">No answer came. It is unknown whether the tool did something.</exception>
    public async Task<ToolResult> HandleToolCallAsync(
        string name,
        string argumentsJson = "",
        WriteOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ThrowIfAgentNamed(options, nameof(options));
        var requestId = Requests.IdOf(options);
        var request = new V1.CallToolRequest
        {
            AsAgent = AgentName,
            Name = WireText.Checked(name, nameof(name)),
            ArgumentsJson = WireText.Checked(argumentsJson, nameof(argumentsJson)),
            RequestId = requestId.ToString(),
        };
        return new ToolResult(
            await calls.WriteAsync(calls.Tools.CallToolAsync, request, requestId, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Calls a tool as a model does, with arguments that are parsed already.</summary>
    /// <param name="name">The tool's name, also with <c>syntha_</c> in front.</param>
    /// <param name="arguments">The arguments: a JSON object. Undefined: none.</param>
    /// <param name="options">A request id of your own. Leave the agent's name out.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The result for the model.</returns>
    public Task<ToolResult> HandleToolCallAsync(
        string name,
        JsonElement arguments,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default) =>
        HandleToolCallAsync(name, arguments.ValueKind == JsonValueKind.Undefined ? "" : arguments.GetRawText(), options, cancellationToken);

    /// <summary>
    /// A handler for the server's tools and your own. A call of a server's tool, with or without <c>syntha_</c>, goes to the server. All
    /// others go to your function. Mirrors the hybrid handler.
    /// </summary>
    /// <param name="own">Calls one of your own tools: name and arguments in, the result for the model out.</param>
    /// <param name="ownNames">
    /// The names of your tools. Such a name is yours even where the server has a tool of that name, because that tool is then listed under
    /// another name (see <see cref="GetSchemasAsync"/>).
    /// </param>
    /// <returns>A function that calls a tool by name and arguments.</returns>
    public Func<string, string, CancellationToken, Task<string>> CreateHybridHandler(
        Func<string, string, CancellationToken, Task<string>> own,
        IEnumerable<string> ownNames)
    {
        ArgumentNullException.ThrowIfNull(own);
        const string Prefix = "syntha_";
        var taken = ownNames.ToHashSet(StringComparer.Ordinal);
        return async (name, arguments, cancellationToken) =>
        {
            ArgumentNullException.ThrowIfNull(name);
            var tool = name;
            while (tool.StartsWith(Prefix, StringComparison.Ordinal))
            {
                tool = tool[Prefix.Length..];
            }

            return taken.Contains(name) || !AgentTools.All.Contains(tool)
                ? await own(name, arguments, cancellationToken).ConfigureAwait(false)
                : (await HandleToolCallAsync(tool, arguments, options: null, cancellationToken).ConfigureAwait(false)).Json;
        };
    }

    private static V1.ToolDialect WireDialect(ToolDialect dialect) => dialect switch
    {
        ToolDialect.OpenAI => V1.ToolDialect.Openai,
        ToolDialect.OpenAIStrict => V1.ToolDialect.OpenaiStrict,
        ToolDialect.Anthropic => V1.ToolDialect.Anthropic,
        ToolDialect.LangChain => V1.ToolDialect.Langchain,
        ToolDialect.Agno => V1.ToolDialect.Agno,
        ToolDialect.Gemini => V1.ToolDialect.Gemini,
        ToolDialect.Mcp => V1.ToolDialect.Mcp,
        ToolDialect.JsonSchema => V1.ToolDialect.JsonSchema,
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "There is no such dialect."),
    };
}
