namespace Syntha.Client;

public sealed partial class ToolHandler
{
    /// <summary>Writes a prompt from what the agent can read now. Mirrors the prompt builders.</summary>
    /// <param name="prompt">The prompt to write.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The prompt, and what was left out.</returns>
    /// <exception cref="SynthaInvalidArgumentException">
    /// The template does not exist, has a placeholder for none of its keys, or is too long.
    /// </exception>
    public async Task<BuiltPrompt> BuildPromptAsync(PromptRequest prompt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var request = new V1.BuildPromptRequest { AsAgent = AgentName, Spec = prompt.ToWire() };
        var response = await calls.ReadAsync(calls.Tools.BuildPromptAsync, request, cancellationToken).ConfigureAwait(false);
        return new BuiltPrompt(response.Prompt, response.Position);
    }

    /// <summary>Logs how a task of this agent went. Mirrors <c>OutcomeLogger</c>.</summary>
    /// <param name="report">How the task went.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The outcome's number.</returns>
    public async Task<long> LogOutcomeAsync(OutcomeReport report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        var requestId = Requests.NewId();
        var request = new V1.LogOutcomeRequest { Agent = AgentName, Report = report.ToWire(), RequestId = requestId.ToString() };
        return (await calls.WriteAsync(calls.Tools.LogOutcomeAsync, request, requestId, cancellationToken).ConfigureAwait(false)).Number;
    }
}
