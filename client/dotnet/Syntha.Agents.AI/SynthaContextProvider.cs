using Microsoft.Agents.AI;

using Syntha.Client;
using Syntha.Extensions.AI;

namespace Syntha.Agents.AI;

/// <summary>
/// Gives an agent of Microsoft's Agent Framework its tools, and what it can read as instructions. It reads both anew at each run, so a run
/// sees what other agents have pushed before it, and is not offered a tool that the agent has lost. Thread-safe. One provider serves any
/// number of sessions, because all of them are the same agent.
/// </summary>
/// <param name="agent">The agent.</param>
/// <param name="prompt">
/// The prompt to write. <see langword="null"/>: all that the agent can read, fenced, so that a value cannot pose as an instruction.
/// </param>
public sealed class SynthaContextProvider(ToolHandler agent, PromptRequest? prompt = null) : AIContextProvider
{
    private readonly ToolHandler agent = agent ?? throw new ArgumentNullException(nameof(agent));
    private readonly PromptRequest prompt = prompt ?? new SystemPrompt { IsFenced = true };

    /// <summary>Makes the instructions and tools of one run.</summary>
    /// <param name="context">
    /// The run's own context. A tool of the server that has the name of one of the run's tools is offered as <c>syntha_…</c>.
    /// </param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>What is added to the run's context.</returns>
    /// <exception cref="SynthaException">The call to the server failed, or the agent may not read. The run then fails.</exception>
    protected override async ValueTask<AIContext> ProvideAIContextAsync(
        InvokingContext context,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var taken = (context.AIContext.Tools ?? []).Select(tool => tool.Name);
        var tools = await agent.AsAIFunctionsAsync(taken, cancellationToken).ConfigureAwait(false);
        var written = await agent.BuildPromptAsync(prompt, cancellationToken).ConfigureAwait(false);
        return new() { Instructions = written.Text, Tools = tools };
    }
}
