using Microsoft.Agents.AI;

using Syntha.Client;
using Syntha.Extensions.AI;

namespace Syntha.Agents.AI;

/// <summary>
/// Gives an agent of Microsoft's Agent Framework what it can read, as instructions, and its tools, anew at each run: what other agents have
/// pushed since is in the next run's instructions, and an agent that has lost a tool is not offered it again. Thread-safe; one serves any
/// number of sessions, because all of them are the same agent.
/// </summary>
/// <param name="agent">The agent.</param>
/// <param name="prompt">
/// What to write of the context; null: all that the agent can read, fenced, so that a value cannot pose as an instruction.
/// </param>
public sealed class SynthaContextProvider(ToolHandler agent, PromptRequest? prompt = null) : AIContextProvider
{
    private readonly ToolHandler agent = agent ?? throw new ArgumentNullException(nameof(agent));
    private readonly PromptRequest prompt = prompt ?? new SystemPrompt { IsFenced = true };

    /// <summary>The instructions and tools of one run.</summary>
    /// <param name="context">What the run has so far: a tool of ours that has the name of one of its tools is offered as <c>syntha_…</c>.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>What is added to it.</returns>
    /// <exception cref="SynthaException">The server could not be asked, or the agent may not read: then the run fails.</exception>
    protected override async ValueTask<AIContext> ProvideAIContextAsync(InvokingContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var taken = (context.AIContext.Tools ?? []).Select(tool => tool.Name);
        var tools = await agent.AsAIFunctionsAsync(taken, cancellationToken).ConfigureAwait(false);
        var written = await agent.BuildPromptAsync(prompt, cancellationToken).ConfigureAwait(false);
        return new() { Instructions = written.Text, Tools = tools };
    }
}
