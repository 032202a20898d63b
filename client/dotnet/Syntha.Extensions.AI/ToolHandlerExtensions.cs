using Microsoft.Extensions.AI;

using Syntha.Client;

namespace Syntha.Extensions.AI;

/// <summary>The tools of an agent as functions of Microsoft.Extensions.AI.</summary>
public static class ToolHandlerExtensions
{
    /// <summary>
    /// Makes functions of the tools that the agent may use now, with the server's schemas, in a fixed order. <c>delete_topic</c> is an
    /// <see cref="ApprovalRequiredAIFunction"/>. The functions are thread-safe, and work as long as the agent's mesh.
    /// </summary>
    /// <param name="agent">The agent.</param>
    /// <param name="takenNames">
    /// Names of your own tools. A tool of the server that has such a name is offered as <c>syntha_</c> and its name.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The functions. Each returns the tool's result, a JSON object, also for a refusal.</returns>
    /// <exception cref="SynthaException">The call to the server failed.</exception>
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

    /// <summary>Adds the agent's tools behind your own. Where names clash, the server's tool gets another name.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="own">Your own tools.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>All tools, for <see cref="ChatOptions.Tools"/>.</returns>
    /// <exception cref="SynthaException">The call to the server failed.</exception>
    public static async Task<IReadOnlyList<AITool>> MergeWithAsync(
        this ToolHandler agent,
        IReadOnlyCollection<AITool> own,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(own);
        return [.. own, .. await agent.AsAIFunctionsAsync(own.Select(tool => tool.Name), cancellationToken).ConfigureAwait(false)];
    }
}
