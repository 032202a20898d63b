namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>Writes a prompt from what the owner, or an agent, can read now. Mirrors the prompt builders.</summary>
    /// <param name="prompt">The prompt to write.</param>
    /// <param name="agentName">The agent that the prompt is for. <see langword="null"/>: it shows the owner's view.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The prompt, and what was left out.</returns>
    /// <exception cref="SynthaInvalidArgumentException">
    /// The template does not exist, has a placeholder for none of its keys, or is too long.
    /// </exception>
    public Task<BuiltPrompt> BuildPromptAsync(
        PromptRequest prompt,
        string? agentName = null,
        CancellationToken cancellationToken = default) => WritePromptAsync(prompt, agentName, point: null, cancellationToken);

    internal async Task<BuiltPrompt> WritePromptAsync(
        PromptRequest prompt, string? agentName, V1.ReadPoint? point, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var request = new V1.BuildPromptRequest { Spec = prompt.ToWire(), ReadPoint = point };
        WireText.SetIfGiven(agentName, nameof(agentName), agent => request.AsAgent = agent);
        var response = await calls.ReadAsync(calls.Mesh.BuildPromptAsync, request, cancellationToken).ConfigureAwait(false);
        return new BuiltPrompt(response.Prompt, response.Position);
    }
}
