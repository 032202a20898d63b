using Microsoft.Extensions.AI;

using Syntha.Client;

namespace Syntha.Extensions.AI;

/// <summary>The tools of an agent as functions of Microsoft.Extensions.AI.</summary>
public static class ToolHandlerExtensions
{
    /// <summary>
    /// The tools that the agent may use now, with the server's schemas, in fixed order. <c>delete_topic</c> is an
    /// <see cref="ApprovalRequiredAIFunction"/>. The functions are thread-safe, and live as long as the agent's mesh.
    /// </summary>
    /// <param name="agent">The agent.</param>
    /// <param name="takenNames">
    /// Names of the caller's own tools: one of ours that has such a name is offered as <c>syntha_</c> and its name.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The functions. Each returns the tool's result, a JSON object, refusals included.</returns>
    /// <exception cref="SynthaException">The server could not be asked.</exception>
    public static async Task<IReadOnlyList<AIFunction>> AsAIFunctionsAsync(
        this ToolHandler agent,
        IEnumerable<string>? takenNames = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var tools = await agent.GetSchemasAsync(ToolDialect.JsonSchema, takenNames, cancellationToken).ConfigureAwait(false);
        return [.. tools.Select(AIFunction (tool) => tool.Tool == AgentTools.DeleteTopic
            ? new ApprovalRequiredAIFunction(new ContextFunction(agent, tool))
            : new ContextFunction(agent, tool))];
    }

    /// <summary>The caller's own tools and the agent's behind them; where names clash, ours give way.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="own">The caller's tools.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>All tools, for <see cref="ChatOptions.Tools"/>.</returns>
    /// <exception cref="SynthaException">The server could not be asked.</exception>
    public static async Task<IReadOnlyList<AITool>> MergeWithAsync(
        this ToolHandler agent,
        IReadOnlyCollection<AITool> own,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(own);
        return [.. own, .. await agent.AsAIFunctionsAsync(own.Select(tool => tool.Name), cancellationToken).ConfigureAwait(false)];
    }
}
