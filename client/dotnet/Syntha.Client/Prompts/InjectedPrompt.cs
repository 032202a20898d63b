namespace Syntha.Client;

/// <summary>Context in a prompt that exists already. Mirrors <c>inject_context_into_prompt</c>. Immutable.</summary>
/// <param name="ExistingPrompt">The prompt.</param>
public sealed record InjectedPrompt(string ExistingPrompt) : PromptRequest
{
    /// <summary>Where the context goes. Default: in front of the prompt.</summary>
    public PromptPlacement Placement { get; init; } = PromptPlacement.Prepend;

    /// <summary>The text between context and prompt. Default: an empty line.</summary>
    public string Separator { get; init; } = "\n\n";

    private protected override void SetKind(V1.PromptSpec spec) => spec.Inject = new()
    {
        ExistingPrompt = WireText.Checked(ExistingPrompt, nameof(ExistingPrompt)),
        Placement = WirePlacement(Placement),
        Separator = WireText.Checked(Separator, nameof(Separator)),
    };

    private static V1.PromptPlacement WirePlacement(PromptPlacement placement) => placement switch
    {
        PromptPlacement.Prepend => V1.PromptPlacement.Prepend,
        PromptPlacement.Append => V1.PromptPlacement.Append,
        PromptPlacement.ReplacePlaceholder => V1.PromptPlacement.ReplacePlaceholder,
        _ => throw new ArgumentOutOfRangeException(nameof(placement), placement, "There is no such placement."),
    };
}
