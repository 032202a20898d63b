using System.Text.Json;

using Syntha.Client.Transport;

namespace Syntha.Client;

public sealed partial class ToolHandler
{
    /// <summary>Lists the tools that the agent may use, in the form that a vendor wants. Mirrors <c>get_schemas</c>.</summary>
    /// <param name="dialect">The form.</param>
    /// <param name="takenNames">
    /// Names of the caller's own tools, at most 1,000: one of ours that has such a name is listed as <c>syntha_</c> and its name.
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
            AgentName = AgentName,
            Dialect = (V1.ToolDialect)dialect,
            TakenNames = { Requests.Names(takenNames ?? [], nameof(takenNames)) },
        };
        var response = await calls.ReadAsync(calls.Tools.ListToolsAsync, request, cancellationToken).ConfigureAwait(false);
        return [.. response.Tools.Select(ToolDefinition.From)];
    }

    /// <summary>
    /// Calls a tool as a model does. What a model can put right (an unknown or denied tool, a wrong argument, a key that is taken) is a
    /// result, not an exception. Mirrors <c>handle_tool_call</c>.
    /// </summary>
    /// <param name="name">The tool, also with <c>syntha_</c> in front.</param>
    /// <param name="argumentsJson">The arguments as the model gave them: a JSON object as text; empty: none.</param>
    /// <param name="options">A request id of the caller's own; the agent's name is to be left out.</param>
    /// <param name="cancellationToken">Cancels the call; whether it took place is then unknown.</param>
    /// <returns>What to tell the model.</returns>
    /// <exception cref="SynthaUnavailableException">No answer came; the outcome is unknown.</exception>
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
            AgentName = AgentName,
            Name = WireText.Checked(name, nameof(name)),
            ArgumentsJson = WireText.Checked(argumentsJson, nameof(argumentsJson)),
            RequestId = requestId.ToString(),
        };
        return new ToolResult(
            await calls.WriteAsync(calls.Tools.CallToolAsync, request, requestId, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Calls a tool as a model does, with arguments that are parsed already. Otherwise as with arguments as text.</summary>
    /// <param name="name">The tool, also with <c>syntha_</c> in front.</param>
    /// <param name="arguments">The arguments: a JSON object; undefined: none.</param>
    /// <param name="options">A request id of the caller's own; the agent's name is to be left out.</param>
    /// <param name="cancellationToken">Cancels the call; whether it took place is then unknown.</param>
    /// <returns>What to tell the model.</returns>
    public Task<ToolResult> HandleToolCallAsync(
        string name,
        JsonElement arguments,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default) =>
        HandleToolCallAsync(name, arguments.ValueKind == JsonValueKind.Undefined ? "" : arguments.GetRawText(), options, cancellationToken);

    /// <summary>
    /// A handler for our tools and the caller's own: ours, under whichever name, go to the server, all others to the function. Mirrors
    /// the hybrid handler.
    /// </summary>
    /// <param name="own">Calls a tool of the caller's: its name and arguments in, the result for the model out.</param>
    /// <param name="ownNames">
    /// The names of these tools: such a name is the caller's even where ours has it, because ours then gave way (see
    /// <see cref="GetSchemasAsync"/>).
    /// </param>
    /// <returns>Calls a tool by name and arguments.</returns>
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
}
