using Syntha.Client.Transport;

namespace Syntha.Client;

/// <summary>Context in a prompt that is there already. Mirrors <c>inject_context_into_prompt</c>. Immutable.</summary>
/// <param name="ExistingPrompt">The prompt.</param>
public sealed record InjectedPrompt(string ExistingPrompt) : PromptRequest
{
    /// <summary>Where the context goes. Default: in front.</summary>
    public PromptPlacement Placement { get; init; } = PromptPlacement.Prepend;

    /// <summary>What stands between context and prompt. Default: an empty line.</summary>
    public string Separator { get; init; } = "\n\n";

    private protected override void SetKind(V1.PromptSpec spec) => spec.Inject = new()
    {
        ExistingPrompt = WireText.Checked(ExistingPrompt, nameof(ExistingPrompt)),
        Placement = (V1.PromptPlacement)Placement,
        Separator = WireText.Checked(Separator, nameof(Separator)),
    };
}
